import Core
import Database

/// An account that is going to be erased, unless its owner says otherwise.
struct Departure: Sendable {
    enum Reason: String, Sendable {
        /// Its owner asked for it.
        case asked
        /// Nobody used it for long; its owner was told.
        case inactive
    }

    let user: User.ID
    let reason: Reason
    let since: Timestamp
    let eraseAt: Timestamp
}

/// Keeps who is about to leave in the table `departure`.
struct DepartureStore: Sendable {
    let database: Database

    /// Whoever was told that their account is unused, and came back, is not leaving any more.
    private static let due = """
        FROM departure JOIN app_user ON app_user.id = departure.user_id
        WHERE reason = $1 AND erase_at <= $2
            AND (reason = 'asked' OR last_seen_at IS NULL OR last_seen_at <= since)
        """

    /// People whom nobody has seen since then; administrators are not among them.
    private static let unused = """
        FROM app_user WHERE coalesce(last_seen_at, created_at) <= $1 AND role <> 'admin'
            AND NOT EXISTS (SELECT 1 FROM departure WHERE user_id = app_user.id)
        """

    func set(_ departure: Departure, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO departure (user_id, reason, since, erase_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (user_id) DO UPDATE
            SET reason = excluded.reason, since = excluded.since, erase_at = excluded.erase_at
            """,
            [
                .id(departure.user), .text(departure.reason.rawValue), .timestamp(departure.since),
                .timestamp(departure.eraseAt),
            ]
        )
    }

    func departure(of user: User.ID, in reader: DatabaseReader) async throws -> Departure? {
        let sql = "SELECT reason, since, erase_at FROM departure WHERE user_id = $1"
        return try await reader.first(sql, [.id(user)]).flatMap { row in
            guard let reason = Departure.Reason(rawValue: try row["reason"]) else { return nil }
            return Departure(user: user, reason: reason, since: try row["since"], eraseAt: try row["erase_at"])
        }
    }

    func remove(_ user: User.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM departure WHERE user_id = $1", [.id(user)])
    }

    /// Forgets warnings of those who came back.
    func removeReturned() async throws {
        try await database.execute(
            """
            DELETE FROM departure WHERE reason = 'inactive' AND EXISTS (
                SELECT 1 FROM app_user WHERE id = departure.user_id AND last_seen_at > departure.since
            )
            """
        )
    }

    func countDue(_ reason: Departure.Reason, at now: Timestamp) async throws -> Int {
        try await database.read { reader in
            try await reader.value("SELECT count(*) \(Self.due)", [.text(reason.rawValue), .timestamp(now)])
        }
    }

    func due(_ reason: Departure.Reason, at now: Timestamp, limit: Int) async throws -> [User.ID] {
        try await database.query(
            "SELECT user_id \(Self.due) ORDER BY user_id LIMIT $3",
            [.text(reason.rawValue), .timestamp(now), .integer(Int64(limit))]
        ).map { try $0["user_id"] }
    }

    func countUnused(since moment: Timestamp) async throws -> Int {
        try await database.read { try await $0.value("SELECT count(*) \(Self.unused)", [.timestamp(moment)]) }
    }

    func unused(since moment: Timestamp, limit: Int) async throws -> [User.ID] {
        try await database.query(
            "SELECT id \(Self.unused) ORDER BY id LIMIT $2",
            [.timestamp(moment), .integer(Int64(limit))]
        ).map { try $0["id"] }
    }
}
