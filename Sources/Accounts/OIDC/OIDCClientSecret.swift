import Core

extension OIDCProvider {
    /// Whether the secret is one that we sign ourselves.
    var signsSecret: Bool { if case .key = secret { true } else { false } }

    /// What proves to the provider who we are; `nil` when it wants nothing.
    func currentSecret(at now: Timestamp) throws -> String? {
        switch secret {
        case .none: nil
        case .text(let text): text
        case .key(let signer, let team, let id): try signed(signer, team, id, at: now)
        }
    }

    private struct Header: Encodable {
        let alg = "ES256"
        let kid: String
    }

    private struct Claims: Encodable {
        let iss: String
        let iat: Int64
        let exp: Int64
        let aud: String
        let sub: String
    }

    private static let secretLife: Int64 = 300

    private func signed(_ signer: ES256Signer, _ team: String, _ id: String, at now: Timestamp) throws -> String {
        let seconds = now.microseconds / 1_000_000
        let claims = Claims(iss: team, iat: seconds, exp: seconds + Self.secretLife, aud: issuer, sub: clientID)
        let text = try JSON.encodeAsWritten(Header(kid: id)).base64URL + "." + JSON.encodeAsWritten(claims).base64URL
        guard let signature = signer.sign(Array(text.utf8)) else {
            throw OIDCFault(.unavailable, "the private key of the provider \(name) cannot sign")
        }
        return text + "." + signature.base64URL
    }
}
