import Accounts
import Core
import Database

/// Keeps imports and their reports in the tables `import_run` and `import_note`.
struct ImportStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("id", .uuid))
    static let noteOrder = PageOrder.ascending(
        .init("file", .text),
        .init("line", .integer),
        .init("field", .text)
    )

    func insert(_ run: ImportRun, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO import_run (id, kind, filename, object_key, bytes, owner, reach, dataset, state, step, done,
                total, counts, cause, created_at, finished_at, heard_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                .id(run.id), .text(run.kind.rawValue), .text(run.filename), SQLValue(run.objectKey),
                .integer(Int64(run.bytes)), SQLValue(run.owner?.description), .json(try JSON.encode(run.reach)),
                .text(run.dataset), .text(run.state.rawValue),
                .text(run.step.rawValue), .integer(Int64(run.done)), .integer(Int64(run.total)),
                .json(try JSON.encode(run.counts)), SQLValue(run.cause), .timestamp(run.createdAt),
                SQLValue(run.finishedAt), run.state == .receiving ? .timestamp(run.createdAt) : .null,
            ]
        )
    }

    /// The import, now under way; `nil` when it is gone or over.
    func begin(_ id: ImportRun.ID) async throws -> ImportRun? {
        try await database.write { tx in
            try await tx.query(
                """
                UPDATE import_run SET state = 'running', cause = NULL
                WHERE id = $1 AND state IN ('waiting', 'running') AND removed_at IS NULL RETURNING *
                """,
                [.id(id)]
            ).first.map(ImportRun.init)
        }
    }

    /// - Throws: `ImportRemoved` when somebody has removed the import.
    func update(_ run: ImportRun, in tx: Transaction) async throws {
        let changed = try await tx.execute(
            """
            UPDATE import_run SET dataset = $2, step = $3, done = $4, total = $5, counts = $6
            WHERE id = $1 AND removed_at IS NULL
            """,
            [
                .id(run.id), .text(run.dataset), .text(run.step.rawValue), .integer(Int64(run.done)),
                .integer(Int64(run.total)), .json(try JSON.encode(run.counts)),
            ]
        )
        guard changed == 1 else { throw ImportRemoved() }
    }

    /// Ends it; what was staged is left to `ClearImport`.
    func end(
        _ id: ImportRun.ID,
        _ state: ImportRun.State,
        cause: String?,
        at now: Timestamp,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            "UPDATE import_run SET state = $2, cause = $3, finished_at = $4, object_key = NULL WHERE id = $1",
            [.id(id), .text(state.rawValue), SQLValue(cause), .timestamp(now)]
        )
    }

    /// From now on nobody sees it; its rows are left to `ClearImport`.
    func remove(_ id: ImportRun.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE import_run SET removed_at = $2 WHERE id = $1", [.id(id), .timestamp(now)])
    }

    /// Whether nothing may write to it any more: it has ended, was removed, or is no more.
    func isOver(_ id: ImportRun.ID, in reader: DatabaseReader) async throws -> Bool {
        let row = try await reader.first(
            "SELECT 1 AS one FROM import_run WHERE id = $1 AND finished_at IS NULL AND removed_at IS NULL",
            [.id(id)]
        )
        return row == nil
    }

    /// The last of one that was removed.
    ///
    /// - Returns: where its file may still lie.
    func forget(_ id: ImportRun.ID, in tx: Transaction) async throws -> String? {
        try await tx.query(
            "DELETE FROM import_run WHERE id = $1 AND removed_at IS NOT NULL RETURNING object_key",
            [.id(id)]
        ).first?["object_key"]
    }

    /// Imports of a command that ended without a word, of a file of this name.
    func broken(_ filename: String, in reader: DatabaseReader) async throws -> [ImportRun.ID] {
        try await reader.query(
            """
            SELECT id FROM import_run
            WHERE object_key IS NULL AND filename = $1 AND state IN ('waiting', 'running') AND removed_at IS NULL
            """,
            [.text(filename)]
        ).map { try $0["id"] }
    }

    func run(_ id: ImportRun.ID, in reader: DatabaseReader) async throws -> ImportRun? {
        try await reader.first("SELECT * FROM import_run WHERE id = $1 AND removed_at IS NULL", [.id(id)])
            .map(ImportRun.init)
    }

    /// Those of one person, or of all.
    func page(
        of owner: User.ID?,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (runs: [ImportRun], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand("removed_at IS NULL")
        conditions.demand(owner.map { .text($0.description) }) { "owner = \($0)" }
        let (sql, values) = ("SELECT * FROM import_run\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(ImportRun.init), page.next)
        }
    }

    // MARK: The report

    /// Some lines of the report of an import that is begun anew or was removed.
    ///
    /// - Returns: how many went.
    func removeNotes(of id: ImportRun.ID, limit: Int, in tx: Transaction) async throws -> Int {
        try await tx.execute(
            """
            DELETE FROM import_note WHERE import_id = $1 AND (file, line, field) IN (
                SELECT file, line, field FROM import_note WHERE import_id = $1 LIMIT \(limit)
            )
            """,
            [.id(id)]
        )
    }

    /// A line that was told before is told once.
    func add(_ notes: [ImportNote], to id: ImportRun.ID, in tx: Transaction) async throws {
        for note in notes {
            try await tx.execute(
                """
                INSERT INTO import_note (import_id, file, line, field, problem, outcome) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (import_id, file, line, field) DO UPDATE
                SET problem = excluded.problem, outcome = excluded.outcome
                """,
                [
                    .id(id), .text(note.file), .integer(Int64(note.line)), .text(note.field), .text(note.problem),
                    .text(note.outcome),
                ]
            )
        }
    }

    func noteCounts(of runs: [ImportRun.ID]) async throws -> [ImportRun.ID: Int] {
        guard !runs.isEmpty else { return [:] }
        let placeholders = runs.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try await database.query(
            "SELECT import_id, count(*) AS total FROM import_note WHERE import_id IN (\(placeholders)) GROUP BY import_id",
            runs.map { .id($0) }
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["import_id"], try $0["total"]) })
    }

    func notes(
        of id: ImportRun.ID,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (notes: [ImportNote], next: PagePlace?) {
        try await database.read { reader in
            let page = try await reader.page(
                "SELECT file, line, field, problem, outcome FROM import_note WHERE import_id = $1",
                [.id(id)],
                in: Self.noteOrder,
                after: place,
                limit: limit
            )
            let notes = try page.rows.map { row in
                ImportNote(
                    file: try row["file"],
                    line: try row["line"],
                    field: try row["field"],
                    problem: try row["problem"],
                    outcome: try row["outcome"]
                )
            }
            return (notes, page.next)
        }
    }
}

/// Somebody removed the import while it was under way.
struct ImportRemoved: Error {}

extension ImportRun {
    init(_ row: Row) throws {
        let owner: String? = try row["owner"]
        self.init(
            id: try row["id"],
            kind: Kind(rawValue: try row["kind"]) ?? .camtrapDP,
            filename: try row["filename"],
            objectKey: try row["object_key"],
            bytes: try row["bytes"],
            owner: owner.flatMap { User.ID($0) },
            reach: try row.json("reach"),
            dataset: try row["dataset"],
            state: State(rawValue: try row["state"]) ?? .failed,
            step: Step(rawValue: try row["step"]) ?? .reading,
            done: try row["done"],
            total: try row["total"],
            counts: try row.json("counts"),
            cause: try row["cause"],
            createdAt: try row["created_at"],
            finishedAt: try row["finished_at"]
        )
    }
}
