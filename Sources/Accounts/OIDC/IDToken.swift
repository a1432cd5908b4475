import Core
import FoundationEssentials

/// What a provider says of somebody who has just signed in there (OpenID Connect Core 1.0, 2), once it was checked.
struct IDToken: Hashable, Sendable {
    let subject: String
    let email: EmailAddress?
    /// Whether the provider vouches that the address is theirs.
    let isEmailVerified: Bool
    let name: String?
    let groups: [String]
    /// Whether they gave the provider more than a password.
    let hasSecondFactor: Bool

    /// What a token must say to be the one that was waited for.
    struct Expectation: Sendable {
        let issuer: String
        let clientID: String
        let nonce: String
        let groupsClaim: String
        /// When the browser was sent to the provider; the token cannot be older.
        let begunAt: Timestamp
    }

    private static let longest = 32 << 10
    private static let longestSubject = 255
    private static let mostGroups = 1_000
    /// How far the provider's clock may be from ours, in seconds.
    private static let clockSkew = 60
    /// Ways to sign in that are more than a password (RFC 8176).
    private static let strongMethods: Set<String> = ["mfa", "otp", "hwk"]

    /// The token's parts, before anything of it is believed.
    struct Parts: Sendable {
        let keyID: String?
        let algorithm: String
        fileprivate let claims: [UInt8]
        fileprivate let signed: [UInt8]
        fileprivate let signature: [UInt8]

        private struct Header: Decodable {
            let alg: String
            let kid: String?
            let crit: [String]?
        }

        init(_ text: String) throws(OIDCFault) {
            guard text.utf8.count <= longest else { throw .untrusted("the ID token is too long") }
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let head = parts[0].base64URLBytes, let claims = parts[1].base64URLBytes,
                let signature = parts[2].base64URLBytes,
                let header = try? JSONDecoder().decode(Header.self, from: Data(head))
            else { throw .untrusted("the ID token is not a signed JSON Web Token") }
            guard header.crit == nil else { throw .untrusted("the ID token demands what is not known here") }
            guard ["RS256", "ES256"].contains(header.alg) else {
                throw .untrusted("the ID token is signed with neither RS256 nor ES256")
            }
            (keyID, algorithm, self.claims, self.signature) = (header.kid, header.alg, claims, signature)
            signed = Array("\(parts[0]).\(parts[1])".utf8)
        }

        /// The one key that can have signed it; `nil` when it is not among these.
        func key(among keys: [OIDCKey]) -> OIDCKey? {
            let fitting = keys.filter { $0.algorithm == algorithm && (keyID == nil || $0.id == keyID) }
            // Without a name there must be no choice.
            return fitting.count == 1 ? fitting.first : nil
        }
    }

    /// - Throws: `OIDCFault` with the first thing that is wrong.
    init(_ parts: Parts, signedWith key: OIDCKey, _ wanted: Expectation, at now: Timestamp) throws(OIDCFault) {
        guard key.algorithm == parts.algorithm, key.key.verifies(parts.signature, of: parts.signed) else {
            throw .untrusted("the signature of the ID token is wrong")
        }
        guard let claims = try? JSONDecoder().decode(IDTokenClaims.self, from: Data(parts.claims)) else {
            throw .untrusted("the ID token lacks a claim, or one has the wrong type")
        }
        let seconds = now.microseconds / 1_000_000
        let skew = Double(Self.clockSkew)
        guard claims.issuer == wanted.issuer else { throw .untrusted("the ID token is of another issuer") }
        guard claims.audience.contains(wanted.clientID) else { throw .untrusted("the ID token is for another client") }
        guard claims.authorizedParty.map({ $0 == wanted.clientID }) ?? (claims.audience.count == 1) else {
            throw .untrusted("the ID token was made for another client")
        }
        guard claims.expiresAt > Double(seconds) - skew else { throw .untrusted("the ID token has run out") }
        let earliest = Double(wanted.begunAt.microseconds / 1_000_000) - skew
        guard claims.issuedAt >= earliest, claims.issuedAt <= Double(seconds) + skew else {
            throw .untrusted("the ID token was not made just now; is the clock right?")
        }
        guard let nonce = claims.nonce, constantTimeEqual(Array(nonce.utf8), Array(wanted.nonce.utf8)) else {
            throw .untrusted("the ID token answers another question")
        }
        guard (1...Self.longestSubject).contains(claims.subject.utf8.count) else {
            throw .untrusted("the ID token names nobody")
        }
        subject = claims.subject
        email = claims.email.flatMap(EmailAddress.init)
        isEmailVerified = claims.isEmailVerified
        name = claims.name
        groups = Array(claims.strings(wanted.groupsClaim).prefix(Self.mostGroups))
        hasSecondFactor = !Self.strongMethods.isDisjoint(with: claims.strings("amr"))
    }
}
