import Core
import Database

/// Rows that say themselves when they are over: tables with the columns `id` and `expires_at`.
extension Database {
    func countExpired(in table: String, at now: Timestamp) async throws -> Int {
        try await read { reader in
            try await reader.value("SELECT count(*) FROM \(table) WHERE expires_at <= $1", [.timestamp(now)])
        }
    }

    func removeExpired(from table: String, at now: Timestamp, limit: Int) async throws -> Int {
        try await execute(
            "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE expires_at <= $1 LIMIT $2)",
            [.timestamp(now), .integer(Int64(limit))]
        )
    }
}
