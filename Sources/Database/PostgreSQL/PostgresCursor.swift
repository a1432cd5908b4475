/// Rows that have all arrived.
final class PostgresRows: RowCursor {
    private let result: PostgresResult
    private let session: PostgresSession
    private let generation: Int
    private var index = 0

    init(_ result: PostgresResult, of session: PostgresSession) {
        self.result = result
        self.session = session
        generation = session.generation
    }

    func next() async throws -> Row? {
        guard index < result.rowCount else { return nil }
        try session.check()
        defer { index += 1 }
        return try result.row(index)
    }
}

/// Rows that are fetched as they are asked for, about a megabyte at a time.
final class PostgresCursor: RowCursor {
    static let firstCount = 64
    private static let wantedBytes = 1 << 20

    private let name: String
    private let session: PostgresSession
    private let sql: String
    private let generation: Int
    private var batch: PostgresResult
    private var wanted = PostgresCursor.firstCount
    private var index = 0
    private var total = 0
    private var elapsed: Duration
    private var isFinished = false

    init(_ name: String, _ first: PostgresResult, of session: PostgresSession, sql: String, elapsed: Duration) {
        self.name = name
        self.session = session
        self.sql = sql
        self.elapsed = elapsed
        batch = first
        generation = session.generation
    }

    deinit { finish() }

    func next() async throws -> Row? {
        if isFinished { return nil }
        try session.check()
        guard generation == session.generation else {
            throw DatabaseFault(.statement, "rows used after a savepoint was rolled back")
        }
        if index == batch.rowCount {
            guard index == wanted else {
                finish()
                return nil
            }
            let started = ContinuousClock.now
            wanted = max(1, min(4_096, wanted * Self.wantedBytes / max(batch.byteCount, 1)))
            batch = try session.fetch(wanted, from: name)
            index = 0
            elapsed += .now - started
            if batch.rowCount == 0 {
                finish()
                return nil
            }
        }
        defer {
            index += 1
            total += 1
        }
        return try batch.row(index)
    }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        session.close(name, of: generation)
        session.record(sql, took: elapsed, rows: total)
    }
}
