import Core

/// One transaction or read on a connection.
///
/// `BEGIN`, savepoints and the ends of cursors are sent together with the next statement, to save round trips.
final class PostgresSession: DriverSession {
    let engine = SQLEngine.postgres

    enum Mode {
        case write, read
        /// One reading statement that needs no transaction around it.
        case single
    }

    private let channel: PostgresChannel
    private let canceller: PostgresCanceller
    private let meter: QueryMeter
    private let mode: Mode
    private var pending: [String]
    private var cursors = 0
    private var hasFailed = false
    private var isOver = false
    /// Which cursors are still there: rolling a savepoint back ends those before it for our purposes.
    private(set) var generation = 0
    /// The connection is gone, and the transaction with it.
    private(set) var isLost = false

    init(_ channel: PostgresChannel, canceller: PostgresCanceller, meter: QueryMeter, mode: Mode) {
        self.channel = channel
        self.canceller = canceller
        self.meter = meter
        self.mode = mode
        pending =
            switch mode {
            case .write: ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"]
            case .read: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
            case .single: []
            }
    }

    func execute(_ sql: String, _ values: [SQLValue]) async throws -> Int {
        let started = ContinuousClock.now
        let result = try ask(sql, values)
        let changed = result.changedRows
        meter.record(kind(of: sql), sql, took: .now - started, rows: changed)
        return changed
    }

    func open(_ sql: String, _ values: [SQLValue], isStream: Bool) async throws -> any RowCursor {
        let started = ContinuousClock.now
        guard isStream, Self.canBeStreamed(sql) else {
            let result = try ask(sql, values)
            meter.record(kind(of: sql), sql, took: .now - started, rows: result.rowCount)
            return PostgresRows(result, of: self)
        }
        cursors += 1
        let name = "c\(cursors)"
        let count = PostgresCursor.firstCount
        let first = try perform { prelude in
            try channel.declare(name, sql, values, fetching: count, after: prelude)
        }
        return PostgresCursor(name, first, of: self, sql: sql, elapsed: .now - started)
    }

    func run(script: String) async throws {
        try flush()
        try perform { _ in try channel.run(script: script) }
    }

    func lock(_ name: String) async throws {
        _ = try ask("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(name)])
    }

    func beginSavepoint() async throws {
        try check()
        pending.append(Self.savepoint)
    }

    func releaseSavepoint() async throws {
        if hasFailed {
            try await rollBackSavepoint()
            throw DatabaseFault(.aborted, "a statement of the savepoint had failed")
        }
        if pending.last == Self.savepoint { pending.removeLast() } else { pending.append("RELEASE inner_savepoint") }
    }

    func rollBackSavepoint() async throws {
        guard !isLost else { return }
        generation += 1
        hasFailed = false
        if pending.last == Self.savepoint {
            pending.removeLast()
            return
        }
        pending += ["ROLLBACK TO inner_savepoint", "RELEASE inner_savepoint"]
        // At once, because the caller's task may have been cancelled and the next statement is not to fail for it.
        let prelude = pending
        pending = []
        try noting { try channel.send(prelude) }
    }

    /// Ends the session well; what it changed is on the server's disk.
    func finish() throws {
        isOver = true
        if hasFailed {
            throw DatabaseFault(.aborted, "a statement had failed and its error was swallowed")
        }
        guard channel.isInTransaction else { return }
        // Cursors end with the transaction; a savepoint that is not begun need not be.
        do {
            try noting { try channel.send(["COMMIT"]) }
        } catch let fault as DatabaseFault where isLost && mode == .write {
            throw DatabaseFault(.unavailable, "\(fault.detail); whether the changes were kept is not known")
        }
    }

    /// Ends the session and undoes what is not committed.
    func undo() {
        isOver = true
        guard !isLost, channel.isInTransaction else { return }
        // Fails only when the connection is lost, and then the server undoes it.
        do { try channel.send(["ROLLBACK"]) } catch { isLost = true }
    }

    func fetch(_ count: Int, from cursor: String) throws -> PostgresResult {
        try perform { prelude in try channel.send(prelude + ["FETCH \(count) FROM \(cursor)"]) }
    }

    func close(_ cursor: String, of generation: Int) {
        guard !isOver, !hasFailed, generation == self.generation else { return }
        pending.append("CLOSE \(cursor)")
    }

    func record(_ sql: String, took duration: Duration, rows: Int) {
        meter.record(.read, sql, took: duration, rows: rows)
    }

    func check() throws {
        guard !isOver else { throw DatabaseFault(.statement, "used after its transaction ended") }
        guard !hasFailed else { throw DatabaseFault(.aborted, "an earlier statement of this transaction failed") }
        try Task.checkCancellation()
    }

    private func ask(_ sql: String, _ values: [SQLValue]) throws -> PostgresResult {
        try perform { prelude in try channel.ask(sql, values, after: prelude) }
    }

    private func flush() throws {
        guard !pending.isEmpty else { return }
        try perform { prelude in try channel.send(prelude) }
    }

    @discardableResult
    private func perform<Value>(_ work: ([String]) throws -> Value) throws -> Value {
        try check()
        return try noting {
            do {
                let value = try work(pending)
                pending = []
                return value
            } catch let failure as PostgresFailure {
                pending = []
                throw failure
            }
        }
    }

    @discardableResult
    private func noting<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let failure as PostgresFailure {
            hasFailed = true
            if failure.fault.code == .unavailable { isLost = true }
            if failure.state == PostgresState.cancelled, canceller.wasAsked { throw CancellationError() }
            if failure.state == PostgresState.readOnly, mode != .write {
                throw DatabaseFault(.statement, "a read must not change anything")
            }
            throw failure.fault
        } catch {
            hasFailed = true
            if (error as? DatabaseFault)?.code == .unavailable { isLost = true }
            throw error
        }
    }

    private func kind(of sql: String) -> QueryMeter.Kind { Self.canBeStreamed(sql) ? .read : .write }

    private static let savepoint = "SAVEPOINT inner_savepoint"

    /// Only what reads can have a cursor; a `WITH` may also write.
    private static func canBeStreamed(_ sql: String) -> Bool {
        let verb = sql.drop(while: \.isWhitespace).prefix(while: \.isLetter).uppercased()
        switch verb {
        case "SELECT", "VALUES": return true
        case "WITH": return !["INSERT ", "UPDATE ", "DELETE "].contains { sql.uppercased().contains($0) }
        default: return false
        }
    }
}
