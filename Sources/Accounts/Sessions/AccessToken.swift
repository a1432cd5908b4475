import Core

/// What an access token says: a JSON Web Token (RFC 7519), signed with HS256.
struct AccessToken: Hashable, Sendable {
    let user: User.ID
    let session: Session.ID
    /// Seconds since 1970.
    let issuedAt: Int
    let expiresAt: Int

    /// No setting makes a token live longer.
    static let longestLife = Duration.seconds(24 * 3_600)
    static let issuer = "hedgerow"
    private static let clockSkew = 60

    private struct Header: Codable {
        let alg: String
        let kid: UUIDv7
        let typ: String
    }

    private struct Claims: Codable {
        let exp: Int
        let iat: Int
        let iss: String
        let sid: Session.ID
        let sub: User.ID
    }

    init(user: User.ID, session: Session.ID, at now: Timestamp, life: Duration) {
        self.user = user
        self.session = session
        issuedAt = Int(now.secondsSince1970)
        expiresAt = issuedAt + Int(min(life, Self.longestLife).seconds)
    }

    func signed(with key: SigningKeys.Key) throws -> String {
        let claims = Claims(exp: expiresAt, iat: issuedAt, iss: Self.issuer, sid: session, sub: user)
        let header = Header(alg: "HS256", kid: key.id, typ: "JWT")
        let text = try JSON.encode(header).base64URL + "." + JSON.encode(claims).base64URL
        return text + "." + HMACSHA256.code(of: Array(text.utf8), key: key.secret).base64URL
    }

    /// What a token says, if it is ours, unchanged and in its time; `nil` for any other text.
    static func verified(
        _ text: String,
        at now: Timestamp,
        key: (UUIDv7) async throws -> SigningKeys.Key?
    ) async throws
        -> AccessToken?
    {
        guard text.utf8.count <= 1_024 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = parts[0].base64URLBytes, let body = parts[1].base64URLBytes,
            let code = parts[2].base64URLBytes, let header = try? JSON.decode(Header.self, from: head),
            header.alg == "HS256", header.typ == "JWT", let key = try await key(header.kid),
            constantTimeEqual(HMACSHA256.code(of: Array("\(parts[0]).\(parts[1])".utf8), key: key.secret), code),
            let claims = try? JSON.decode(Claims.self, from: body), claims.iss == issuer
        else { return nil }
        let seconds = Int(now.secondsSince1970)
        guard claims.exp > seconds, claims.iat <= seconds + clockSkew,
            claims.exp - claims.iat <= Int(longestLife.seconds)
        else { return nil }
        return AccessToken(claims)
    }

    private init(_ claims: Claims) {
        (user, session, issuedAt, expiresAt) = (claims.sub, claims.sid, claims.iat, claims.exp)
    }
}
