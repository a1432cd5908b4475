import Core
import FoundationEssentials

/// A key that a provider signs with (RFC 7517), of one of the kinds that are believed.
struct OIDCKey: Hashable, Sendable {
    let id: String?
    let key: SignatureKey
    /// The one algorithm that it is for, whatever a token says.
    let algorithm: String

    private static let mostKeys = 100

    /// The usable keys of a key set; those of other kinds are left out.
    static func set(_ bytes: [UInt8]) throws(OIDCFault) -> [OIDCKey] {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)),
            document.keys.count <= mostKeys
        else { throw OIDCFault(.unavailable, "the provider's keys are not a key set") }
        return document.keys.compactMap { $0.value.flatMap(OIDCKey.init) }
    }

    private struct Document: Decodable { let keys: [Lenient] }

    /// A key of a kind that we do not know must not hide the others.
    private struct Lenient: Decodable {
        let value: Member?
        init(from decoder: any Decoder) { value = try? Member(from: decoder) }
    }

    private struct Member: Decodable {
        let kty: String
        let kid: String?
        let use: String?
        let alg: String?
        let n: String?
        let e: String?
        let crv: String?
        let x: String?
        let y: String?
    }

    private init?(_ member: Member) {
        guard member.use ?? "sig" == "sig" else { return nil }
        switch member.kty {
        case "RSA":
            guard let n = member.n?.base64URLBytes, let e = member.e?.base64URLBytes else { return nil }
            (key, algorithm) = (.rsa(modulus: n, exponent: e), "RS256")
        case "EC":
            guard member.crv == "P-256", let x = member.x?.base64URLBytes, let y = member.y?.base64URLBytes else {
                return nil
            }
            (key, algorithm) = (.p256(x: x, y: y), "ES256")
        default: return nil
        }
        guard member.alg ?? algorithm == algorithm else { return nil }
        id = member.kid
    }
}
