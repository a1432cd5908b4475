import Core
import HTTPServer

/// What this server remembers of a browser while it is at the provider.
struct OIDCAttempt: Codable, Sendable {
    let provider: String
    let nonce: String
    let verifier: String
    /// Where the provider sends the browser back to.
    let redirect: String
    /// Where somebody goes on to.
    let next: String?
    /// The digest of the browser's cookie.
    let browser: String
    /// Who wants to link the provider to their account.
    let linking: User.ID?
    let begunAt: Timestamp

    static let life = Duration.seconds(600)

    /// Proves that whoever has the verifier asked (RFC 7636, 4.2).
    var challenge: String { SHA256(of: verifier.utf8).bytes.base64URL }
}

/// What a token remembers of somebody who has signed in at the provider and owes a code.
struct OIDCPending: Codable, Sendable {
    let browser: String
    let provider: String

    static let life = Duration.seconds(300)
}

/// Ties an attempt to the browser that began it: an address that comes back to another one signs nobody in.
struct OIDCBrowser: Sendable {
    let secret: String

    static func new() -> OIDCBrowser { OIDCBrowser(secret: randomBytes(24).base64URL) }

    private init(secret: String) { self.secret = secret }

    /// The browser that a request comes from, if it began an attempt.
    init?(_ request: Request) {
        guard let secret = request.headers.cookie(Self.name(request.isSecure)), (1...128).contains(secret.utf8.count)
        else { return nil }
        self.secret = secret
    }

    var digest: String { SHA256(of: secret.utf8).description }

    func isSame(as digest: String) -> Bool { constantTimeEqual(Array(self.digest.utf8), Array(digest.utf8)) }

    func field(_ request: Request) -> (name: String, value: String) {
        Self.field(secret, Int(OIDCAttempt.life.seconds), request.isSecure)
    }

    static func removal(_ request: Request) -> (name: String, value: String) { field("", 0, request.isSecure) }

    private static func name(_ isSecure: Bool) -> String { isSecure ? "__Host-oidc" : "oidc" }

    /// It has to come along when the provider sends the browser back, so it is not `Strict`.
    private static func field(_ value: String, _ life: Int, _ isSecure: Bool) -> (name: String, value: String) {
        let secure = isSecure ? "; Secure" : ""
        return ("Set-Cookie", "\(name(isSecure))=\(value); Path=/; Max-Age=\(life); HttpOnly; SameSite=Lax\(secure)")
    }
}
