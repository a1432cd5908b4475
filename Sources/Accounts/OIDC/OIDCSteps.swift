import Core
import Database
import FoundationEssentials
import HTTPServer

extension Accounts {
    /// Sends a browser to a provider.
    func beginOIDC(
        _ client: OIDCClient,
        next: String?,
        linking user: User.ID?,
        _ request: Request
    ) async throws -> Response {
        let provider = client.provider
        let endpoint = try await client.metadata().authorizationEndpoint
        let browser = OIDCBrowser.new()
        let attempt = OIDCAttempt(
            provider: provider.name,
            nonce: randomBytes(16).base64URL,
            verifier: randomBytes(32).base64URL,
            redirect: base(of: request) + "/api/v1/auth/oidc/\(provider.name)/callback",
            next: next,
            browser: browser.digest,
            linking: user,
            begunAt: clock.now()
        )
        let state = try await database.write { tx in
            try await tokens.issue(.oidc, content: attempt, life: OIDCAttempt.life, in: tx)
        }
        var query = [
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", attempt.redirect),
            ("scope", provider.scopes.joined(separator: " ")), ("state", state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
        ]
        if provider.answersByForm { query.append(("response_mode", "form_post")) }
        let address = endpoint + (endpoint.contains("?") ? "&" : "?") + query.formEncoded
        var response = Response.redirect(to: address, status: 302)
        response.headers += [browser.field(request), ("Cache-Control", "no-store")]
        return response
    }

    /// Begins the session of somebody who owed the code of their second factor.
    func completeOIDC(_ token: String, code: String, _ request: Request) async throws -> BegunSession {
        let found = try await database.read { reader in
            try await tokens.look(at: token, as: .oidcCode, OIDCPending.self, in: reader)
        }
        guard let (pending, id) = found, let id, OIDCBrowser(request)?.isSame(as: pending.browser) == true else {
            throw Self.tooLate
        }
        try await guardian.admitProof(of: id)
        let code = code.trimmingWhitespace()
        let begun = try await database.write { tx in
            guard try await factors.proof(code, of: id, in: tx) != nil else { return nil as BegunSession? }
            guard try await tokens.redeem(token, as: .oidcCode, OIDCPending.self, in: tx) != nil,
                let user = try await users.user(id, in: tx), user.state.maySignIn
            else { throw Self.tooLate }
            return try await begin(
                user,
                .browser,
                hasSecondFactor: true,
                from: request.origin,
                how: "provider \(pending.provider) and code",
                in: tx
            )
        }
        guard let begun else {
            seen.refused("second-factor", by: id.description, on: "session", from: request.origin)
            throw Problem(401, "wrong-code", "This code is not the one that is good now, or it was used already.")
        }
        return begun
    }

    private static let tooLate = Problem(410, "dead-link", "This took too long. Sign in with the provider again.")
}

extension OIDCClient {
    /// What the provider says of whoever brought this code.
    func token(for code: String, _ attempt: OIDCAttempt, at clock: WallClock) async throws -> IDToken {
        let parts = try await redeem(code, verifier: attempt.verifier, redirect: attempt.redirect)
        let key = try await key(of: parts)
        let expectation = IDToken.Expectation(
            issuer: provider.issuer,
            clientID: provider.clientID,
            nonce: attempt.nonce,
            groupsClaim: provider.groupsClaim,
            begunAt: attempt.begunAt
        )
        return try IDToken(parts, signedWith: key, expectation, at: clock.now())
    }
}

extension Request {
    /// The pairs of a body that is a form.
    func formFields() throws -> [(String, String)] {
        try bytes.split(separator: UInt8(ascii: "&")).prefix(32).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first?.percentDecoded(plusIsSpace: true),
                let value = (parts.count > 1 ? parts[1] : []).percentDecoded(plusIsSpace: true),
                let name = String(validating: name, as: UTF8.self),
                let value = String(validating: value, as: UTF8.self)
            else { throw Problem.unprocessable(["body"], "is not a form") }
            return (name, value)
        }
    }
}

/// What Apple says of somebody, the first time only and outside of the token.
enum AppleUser {
    private struct Document: Decodable {
        struct Name: Decodable {
            let firstName: String?
            let lastName: String?
        }
        let name: Name?
    }

    static func name(_ text: String) -> String? {
        let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8))
        let parts = [document?.name?.firstName, document?.name?.lastName].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}
