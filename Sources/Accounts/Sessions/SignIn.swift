import Core
import Database
import HTTPServer

/// Signs somebody in with a password and, where there is one, a second factor.
struct SignIn: Sendable {
    struct Attempt: Sendable {
        let email: String
        let password: String
        let code: String?
        let device: String?
        let kind: Session.Kind
        let origin: Origin
        let household: String
    }

    let users: UserStore
    let passwords: PasswordPool
    let factors: SecondFactorStore
    let begin: BeginSession
    let guardian: SignInGuard
    let audit: AuditLog
    let seen: SeenJournal

    /// - Throws: a 401 that is the same for an unknown address and a wrong password; `code-needed` when only that is missing.
    func callAsFunction(_ attempt: Attempt) async throws -> BegunSession {
        guard let email = EmailAddress(attempt.email), attempt.password.utf8.count <= PasswordRule.longest else {
            throw Self.wrong
        }
        try await guardian.admit(email, device: attempt.device, from: attempt.household)
        let found = try await users.password(of: email)
        guard try await passwords.matches(attempt.password, found?.password), let user = found?.user else {
            seen.refused("sign-in", by: found?.user.id.description ?? "nobody", on: "session", from: attempt.origin)
            throw Self.wrong
        }
        switch user.state {
        case .active, .leaving: break
        case .suspended: throw Problem.forbidden("This account is suspended. Ask whoever looks after this server.")
        case .unverified:
            throw Problem(403, "unverified", "Open the link in the letter that was sent to this address first.")
        }
        if let hash = found?.password, hash.isOutdated {
            let fresh = try await passwords.hash(attempt.password)
            try await users.database.write { try await users.setPassword(fresh, of: user.id, in: $0) }
        }
        return try await enter(user, attempt)
    }

    private func enter(_ user: User, _ attempt: Attempt) async throws -> BegunSession {
        guard user.hasSecondFactor else {
            return try await begin(user, attempt.kind, hasSecondFactor: false, from: attempt.origin, how: "password")
        }
        guard let code = attempt.code?.trimmingWhitespace(), !code.isEmpty else {
            throw Problem(401, "code-needed", "Give the code that your app shows now, or a recovery code.")
        }
        guard let proof = try await users.database.write({ try await factors.proof(code, of: user.id, in: $0) }) else {
            seen.refused("second-factor", by: user.id.description, on: "session", from: attempt.origin)
            throw Problem(401, "wrong-code", "This code is not the one that is good now, or it was used already.")
        }
        return try await begin(
            user,
            attempt.kind,
            hasSecondFactor: true,
            from: attempt.origin,
            how: "password and \(proof.rawValue)"
        )
    }

    private static let wrong = Problem(401, "wrong-credentials", "The address or the password is wrong.")
}
