import Core
import Database

/// Keeps sessions in the tables `session` and `spent_token`.
struct SessionStore: Sendable {
    let database: Database

    private static let columns = """
        id, user_id, kind, second_factor, created_at, last_used_at, expires_at, address, agent
        """

    func insert(_ session: Session, digest: [UInt8], in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO session
                (id, user_id, kind, digest, second_factor, created_at, last_used_at, expires_at, address, agent)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .id(session.id), .id(session.user), .text(session.kind.rawValue), .blob(digest),
                .boolean(session.hasSecondFactor), .timestamp(session.createdAt), .timestamp(session.lastUsedAt),
                .timestamp(session.expiresAt), .text(session.address), .text(session.agent),
            ]
        )
    }

    func session(_ id: Session.ID, in reader: DatabaseReader) async throws -> (session: Session, digest: [UInt8])? {
        try await reader.first("SELECT \(Self.columns), digest FROM session WHERE id = $1", [.id(id)]).map { row in
            (try Self.session(row), try row["digest"])
        }
    }

    /// Those that have not ended, the newest first.
    func sessions(of user: User.ID, at now: Timestamp) async throws -> [Session] {
        let sql =
            "SELECT \(Self.columns) FROM session WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT 200"
        return try await database.query(sql, [.id(user), .timestamp(now)]).map(Self.session)
    }

    /// Gives the session another token and remembers the one before as spent.
    func rotate(_ session: Session.ID, from old: [UInt8], to new: [UInt8], in tx: Transaction) async throws {
        try await tx.execute(
            "INSERT INTO spent_token (digest, session_id) VALUES ($1, $2)",
            [.blob(old), .id(session)]
        )
        try await tx.execute("UPDATE session SET digest = $2 WHERE id = $1", [.id(session), .blob(new)])
    }

    func isSpent(_ digest: [UInt8], of session: Session.ID, in reader: DatabaseReader) async throws -> Bool {
        let sql = "SELECT 1 AS one FROM spent_token WHERE digest = $1 AND session_id = $2"
        return try await reader.first(sql, [.blob(digest), .id(session)]) != nil
    }

    func noteSecondFactor(_ session: Session.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE session SET second_factor = TRUE WHERE id = $1", [.id(session)])
    }

    /// Notes a use; a session that is used lives on, up to its longest life.
    func saw(_ id: Session.ID, from address: String, at now: Timestamp, in tx: Transaction) async throws {
        guard let (session, _) = try await session(id, in: tx) else { return }
        let expiry = min(now + Session.idleLife, session.createdAt + Session.longestLife)
        try await tx.execute(
            "UPDATE session SET last_used_at = $2, address = $3, expires_at = $4 WHERE id = $1",
            [.id(id), .timestamp(now), .text(address), .timestamp(max(expiry, session.expiresAt))]
        )
    }

    /// Whether there was one to end.
    @discardableResult
    func end(_ id: Session.ID, of user: User.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM session WHERE id = $1 AND user_id = $2", [.id(id), .id(user)]) == 1
    }

    /// Ends all of somebody's sessions but the one that is kept.
    func endAll(of user: User.ID, but kept: Session.ID? = nil, in tx: Transaction) async throws {
        // No session has the identifier of zeros.
        let kept = kept?.uuid ?? UUIDv7(high: 0, low: 0)
        try await tx.execute("DELETE FROM session WHERE user_id = $1 AND id <> $2", [.id(user), .uuid(kept)])
    }

    func countExpired(at now: Timestamp) async throws -> Int {
        try await database.countExpired(in: "session", at: now)
    }

    func removeExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await database.removeExpired(from: "session", at: now, limit: limit)
    }

    private static func session(_ row: Row) throws -> Session {
        Session(
            id: try row["id"],
            user: try row["user_id"],
            kind: Session.Kind(rawValue: try row["kind"]) ?? .token,
            createdAt: try row["created_at"],
            lastUsedAt: try row["last_used_at"],
            expiresAt: try row["expires_at"],
            hasSecondFactor: try row["second_factor"],
            address: try row["address"],
            agent: try row["agent"]
        )
    }
}
