import Core
import Database
import HTTPServer

/// Trades a refresh token for another one; one that comes a second time was stolen, and ends its session.
struct RefreshSession: Sendable {
    let users: UserStore
    let sessions: SessionStore
    let audit: AuditLog
    let changed: CallersChanged
    let clock: WallClock

    private enum Outcome: Sendable {
        case refreshed(BegunSession)
        case reused(User.ID)
        case unknown
    }

    /// - Throws: a 401 for a token that is not good.
    func callAsFunction(_ token: String, from origin: Origin) async throws -> BegunSession {
        guard let bearer = Bearer(token, prefix: Identify.sessionPrefix) else { throw Self.refusal }
        let outcome = try await users.database.write { try await trade(bearer, origin, in: $0) }
        switch outcome {
        case .refreshed(let session): return session
        case .reused(let user):
            await changed(user)
            throw Problem(
                401,
                "token-reused",
                "This refresh token was used before, so somebody may have copied it: its session has ended. Sign in again."
            )
        case .unknown: throw Self.refusal
        }
    }

    private func trade(_ bearer: Bearer, _ origin: Origin, in tx: Transaction) async throws -> Outcome {
        let id = Session.ID(bearer.id)
        try await tx.lock("session \(id)")
        guard let (session, digest) = try await sessions.session(id, in: tx), session.kind == .token,
            session.expiresAt > clock.now(), let user = try await users.user(session.user, in: tx),
            user.state.maySignIn
        else { return .unknown }
        guard bearer.matches(digest) else {
            guard try await sessions.isSpent(bearer.digest, of: id, in: tx) else { return .unknown }
            try await sessions.end(id, of: user.id, in: tx)
            let entry = AuditEntry("session.reused", by: user.id.description, on: "session \(id)", from: origin)
            try await audit.write(entry, in: tx)
            return .reused(user.id)
        }
        let next = Bearer(Identify.sessionPrefix, id: bearer.id)
        try await sessions.rotate(id, from: digest, to: next.digest, in: tx)
        try await sessions.saw(id, from: origin.address, at: clock.now(), in: tx)
        return .refreshed(BegunSession(user: user, session: session, secret: next.text))
    }

    private static let refusal = Problem(401, "invalid-token", "This refresh token is not good. Sign in again.")
}
