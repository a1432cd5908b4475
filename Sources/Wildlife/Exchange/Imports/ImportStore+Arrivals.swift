import Accounts
import Core
import Database

/// Files of imports that are on their way, and what all of them take.
extension ImportStore {
    /// What files take that come, wait or are read.
    struct Use: Sendable {
        let files: Int
        let bytes: Int64
    }

    /// Of one person, where nobody is one of them too, or of all; what fell silent before that moment does not count.
    func use(of owner: Owner, heardAfter moment: Timestamp, in reader: DatabaseReader) async throws -> Use {
        var conditions = SQLConditions()
        conditions.demand("object_key IS NOT NULL")
        conditions.demand("removed_at IS NULL")
        conditions.demand(.timestamp(moment)) { "(state <> 'receiving' OR heard_at > \($0))" }
        switch owner {
        case .everybody: break
        case .one(nil): conditions.demand("owner IS NULL")
        case .one(let user?): conditions.demand(.text(user.description)) { "owner = \($0)" }
        }
        let row = try await reader.first(
            "SELECT count(*) AS files, sum(bytes) AS bytes FROM import_run\(conditions.text)",
            conditions.values
        )
        return Use(files: try row?["files"] ?? 0, bytes: try row?["bytes", as: Int64?.self] ?? 0)
    }

    enum Owner: Sendable {
        case everybody
        case one(User.ID?)
    }

    /// Bytes that others were promised room for and that have not come yet.
    func promised(
        besides id: ImportRun.ID,
        heardAfter moment: Timestamp,
        in reader: DatabaseReader
    ) async throws -> Int64 {
        let row = try await reader.first(
            """
            SELECT sum(bytes - done) AS bytes FROM import_run
            WHERE state = 'receiving' AND removed_at IS NULL AND id <> $1 AND heard_at > $2
            """,
            [.id(id), .timestamp(moment)]
        )
        return try row?["bytes", as: Int64?.self] ?? 0
    }

    /// Writes down how much of a file has come.
    ///
    /// - Throws: `ImportRemoved` when somebody has removed the import.
    func hear(of run: ImportRun, at now: Timestamp, in tx: Transaction) async throws {
        let changed = try await tx.execute(
            """
            UPDATE import_run SET bytes = $2, done = $3, heard_at = $4
            WHERE id = $1 AND state = 'receiving' AND removed_at IS NULL
            """,
            [.id(run.id), .integer(Int64(run.bytes)), .integer(Int64(run.done)), .timestamp(now)]
        )
        guard changed == 1 else { throw ImportRemoved() }
    }

    /// The file is whole.
    ///
    /// - Throws: `ImportRemoved` when somebody has removed the import.
    func arrive(_ run: ImportRun, in tx: Transaction) async throws {
        let changed = try await tx.execute(
            """
            UPDATE import_run SET state = 'waiting', bytes = $2, done = 0, heard_at = NULL
            WHERE id = $1 AND state = 'receiving' AND removed_at IS NULL
            """,
            [.id(run.id), .integer(Int64(run.bytes))]
        )
        guard changed == 1 else { throw ImportRemoved() }
    }

    /// Removes the row of a file that did not come whole.
    func forgetArrival(_ id: ImportRun.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM import_run WHERE id = $1 AND state = 'receiving'", [.id(id)])
    }

    /// Removes files that fell silent before a moment on their way.
    ///
    /// - Returns: where something of them may lie.
    func forgetArrivals(heardBefore moment: Timestamp, in tx: Transaction) async throws -> [String] {
        try await tx.query(
            "DELETE FROM import_run WHERE state = 'receiving' AND heard_at <= $1 RETURNING object_key",
            [.timestamp(moment)]
        ).compactMap { try $0["object_key"] }
    }
}
