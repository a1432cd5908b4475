import Core
import Database

/// A session as its owner gets it, once.
struct BegunSession: Sendable {
    let user: User
    let session: Session
    /// The cookie's value, or the refresh token.
    let secret: String
}

/// Begins a session for somebody who has proved who they are.
struct BeginSession: Sendable {
    let sessions: SessionStore
    let audit: AuditLog
    let clock: WallClock

    func callAsFunction(
        _ user: User,
        _ kind: Session.Kind,
        hasSecondFactor: Bool,
        from origin: Origin,
        how: String
    ) async throws -> BegunSession {
        try await sessions.database.write { tx in
            try await callAsFunction(user, kind, hasSecondFactor: hasSecondFactor, from: origin, how: how, in: tx)
        }
    }

    func callAsFunction(
        _ user: User,
        _ kind: Session.Kind,
        hasSecondFactor: Bool,
        from origin: Origin,
        how: String,
        in tx: Transaction
    ) async throws -> BegunSession {
        let now = clock.now()
        let bearer = Bearer(Identify.sessionPrefix, id: .next(at: now))
        let session = Session(
            id: Session.ID(bearer.id),
            user: user.id,
            kind: kind,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now + Session.idleLife,
            hasSecondFactor: hasSecondFactor,
            address: origin.address,
            agent: origin.agent
        )
        try await sessions.insert(session, digest: bearer.digest, in: tx)
        let entry = AuditEntry(
            "session.begun",
            by: user.id.description,
            on: "session \(session.id)",
            from: origin,
            new: ["kind": kind.rawValue, "how": how]
        )
        try await audit.write(entry, in: tx)
        return BegunSession(user: user, session: session, secret: bearer.text)
    }
}
