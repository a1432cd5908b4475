/// The claims of an ID token, with the freedom that providers take in writing them.
struct IDTokenClaims: Decodable {
    let issuer: String
    let subject: String
    let audience: [String]
    let authorizedParty: String?
    let expiresAt: Double
    let issuedAt: Double
    let nonce: String?
    let email: String?
    let isEmailVerified: Bool
    let name: String?
    private let lists: [String: [String]]

    private struct Claim: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: Claim.self)
        func text(_ name: String) -> String? { try? claims.decode(String.self, forKey: Claim(name)) }
        issuer = try claims.decode(String.self, forKey: Claim("iss"))
        subject = try claims.decode(String.self, forKey: Claim("sub"))
        // One audience may stand alone, without a list around it.
        audience = try text("aud").map { [$0] } ?? claims.decode([String].self, forKey: Claim("aud"))
        // One that is there and no text must not count as absent.
        authorizedParty = try claims.decodeIfPresent(String.self, forKey: Claim("azp"))
        expiresAt = try claims.decode(Double.self, forKey: Claim("exp"))
        issuedAt = try claims.decode(Double.self, forKey: Claim("iat"))
        nonce = text("nonce")
        email = text("email")
        // Apple writes it as a text.
        isEmailVerified =
            (try? claims.decode(Bool.self, forKey: Claim("email_verified"))) ?? (text("email_verified") == "true")
        name = text("name")
        var lists: [String: [String]] = [:]
        for claim in claims.allKeys {
            if let list = try? claims.decode([String].self, forKey: claim) {
                lists[claim.stringValue] = list
            } else if let word = text(claim.stringValue) {
                lists[claim.stringValue] = [word]
            }
        }
        self.lists = lists
    }

    /// A claim that is a list of texts, or one text; empty when it is absent.
    func strings(_ name: String) -> [String] { lists[name] ?? [] }
}
