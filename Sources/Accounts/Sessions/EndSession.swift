import Core
import Database

extension Accounts {
    /// Ends a session of the person who is asking; false when they have no such one.
    @discardableResult
    func end(_ session: Session.ID, of user: User.ID, by caller: Caller, from origin: Origin) async throws -> Bool {
        let hasEnded = try await database.write { tx in
            guard try await sessions.end(session, of: user, in: tx) else { return false }
            let entry = AuditEntry("session.ended", by: caller.logName, on: "session \(session)", from: origin)
            try await audit.write(entry, in: tx)
            return true
        }
        if hasEnded { await changed(user) }
        return hasEnded
    }

    func endAll(of user: User.ID, by caller: Caller, from origin: Origin) async throws {
        try await database.write { tx in
            try await sessions.endAll(of: user, in: tx)
            let entry = AuditEntry("session.ended-all", by: caller.logName, on: "user \(user)", from: origin)
            try await audit.write(entry, in: tx)
        }
        await changed(user)
    }
}
