import CSQLite
import Core

/// One transaction or read on a connection; gives every statement back when it ends.
final class SQLiteSession: DriverSession {
    let engine = SQLEngine.sqlite
    let connection: SQLiteConnection
    let meter: QueryMeter
    private let isReadOnly: Bool
    private var leased: [SQLiteStatement] = []
    private var hasFailed = false
    private var isOver = false

    init(_ connection: SQLiteConnection, meter: QueryMeter, isReadOnly: Bool) {
        self.connection = connection
        self.meter = meter
        self.isReadOnly = isReadOnly
    }

    func execute(_ sql: String, _ values: [SQLValue]) async throws -> Int {
        let started = ContinuousClock.now
        let changesBefore = connection.totalChanges
        let statement = try start(sql, values)
        defer { giveBack(statement) }
        try noting { while try statement.step() {} }
        let changed = connection.totalChanges == changesBefore ? 0 : Int(connection.latestChanges)
        meter.record(statement.isReadOnly ? .read : .write, sql, took: .now - started, rows: changed)
        return changed
    }

    func open(_ sql: String, _ values: [SQLValue], isStream: Bool) async throws -> any RowCursor {
        let started = ContinuousClock.now
        let statement = try start(sql, values)
        return SQLiteCursor(statement, of: self, sql: sql, elapsed: .now - started)
    }

    func run(script: String) async throws {
        try check()
        try noting { try connection.run(script: script) }
    }

    /// `BEGIN IMMEDIATE` already keeps every other writer out.
    func lock(_ name: String) async throws { try check() }

    func beginSavepoint() async throws {
        try check()
        try noting { try connection.run("SAVEPOINT inner_savepoint") }
    }

    func releaseSavepoint() async throws {
        if hasFailed {
            try await rollBackSavepoint()
            throw DatabaseFault(.aborted, "a statement of the savepoint had failed")
        }
        try noting { try connection.run("RELEASE inner_savepoint") }
    }

    func rollBackSavepoint() async throws {
        // A full disk rolls the whole transaction back; then no savepoint is left.
        guard connection.isInTransaction else { return }
        giveBackAll()
        try connection.run("ROLLBACK TO inner_savepoint")
        try connection.run("RELEASE inner_savepoint")
        hasFailed = false
    }

    /// Ends the session well; throws when a failure was swallowed, because then there is nothing to commit.
    func finish() throws {
        end()
        if hasFailed { throw DatabaseFault(.aborted, "a statement had failed and its error was swallowed") }
        if connection.hasOpenForeignKeys {
            throw DatabaseFault(
                .constraint(.init(kind: .foreignKey, name: nil)),
                "a deferred foreign key is still open at the end of the transaction"
            )
        }
    }

    func end() {
        giveBackAll()
        isOver = true
    }

    fileprivate func noting<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch {
            hasFailed = true
            throw error
        }
    }

    fileprivate func giveBack(_ statement: SQLiteStatement) {
        statement.giveBack()
        leased.removeAll { $0 === statement }
    }

    private func giveBackAll() {
        for statement in leased { statement.giveBack() }
        leased = []
    }

    private func start(_ sql: String, _ values: [SQLValue]) throws -> SQLiteStatement {
        try check()
        return try noting {
            let statement = try connection.statement(SQLiteText.expandingArrays(sql, values))
            leased.append(statement)
            guard !isReadOnly || statement.isReadOnly else {
                giveBack(statement)
                throw DatabaseFault(.statement, "a read must not change anything")
            }
            do {
                try statement.bind(values)
            } catch {
                giveBack(statement)
                throw error
            }
            return statement
        }
    }

    fileprivate func check() throws {
        guard !isOver else { throw DatabaseFault(.statement, "used after its transaction ended") }
        guard !hasFailed else { throw DatabaseFault(.aborted, "an earlier statement of this transaction failed") }
        try Task.checkCancellation()
    }
}

/// The rows of one running statement.
final class SQLiteCursor: RowCursor {
    private let statement: SQLiteStatement
    private let session: SQLiteSession
    private let lease: UInt64
    private let sql: String
    private var elapsed: Duration
    private var count = 0
    private var isFinished = false

    init(_ statement: SQLiteStatement, of session: SQLiteSession, sql: String, elapsed: Duration) {
        self.statement = statement
        self.session = session
        self.sql = sql
        self.elapsed = elapsed
        lease = statement.lease
    }

    deinit { finish() }

    func next() async throws -> Row? {
        if isFinished { return nil }
        try session.check()
        guard isCurrent else { throw DatabaseFault(.statement, "rows used after a savepoint was rolled back") }
        let started = ContinuousClock.now
        do {
            guard try session.noting(statement.step) else {
                elapsed += .now - started
                finish()
                return nil
            }
        } catch {
            finish()
            throw error
        }
        let row = statement.row()
        count += 1
        elapsed += .now - started
        return row
    }

    private var isCurrent: Bool { statement.isLeased && statement.lease == lease }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        guard isCurrent else { return }
        session.giveBack(statement)
        session.meter.record(statement.isReadOnly ? .read : .write, sql, took: elapsed, rows: count)
    }
}
