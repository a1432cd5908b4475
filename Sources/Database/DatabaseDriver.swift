/// The engine behind a `Database`.
package enum SQLEngine: String, Sendable, CaseIterable {
    case sqlite, postgres
}

/// What an engine does for a `Database`: transactions, reads, and an orderly end.
protocol DatabaseDriver: Sendable {
    var engine: SQLEngine { get }

    /// Runs `body` in a transaction and returns when its effects are durable; a throw undoes them.
    func write<Value: Sendable>(_ body: @Sendable (Transaction) async throws -> Value) async throws -> Value

    /// Runs `body` on one consistent snapshot that it cannot change.
    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value

    /// All rows of one statement on a snapshot of its own.
    func query(_ sql: String, _ values: [SQLValue]) async throws -> [Row]

    /// The fault of the latest commit, `nil` when it went well.
    var latestFault: DatabaseFault? { get }

    /// - Throws: `lost` when the rows no longer lie where they were opened.
    func verifyPlace() async throws

    /// - Throws: `busy` when another program keeps ours from writing; looks at most every few seconds.
    func verifyTurn() async throws

    /// What a look through every page finds wrong, `nil` when all is whole.
    func damage() async throws -> String?

    /// Looks at the tables anew, so that statements take the indexes that suit what lies in them.
    func refreshStatistics() async throws

    /// Finishes what runs and lets go of the database; later calls throw `unavailable`.
    func close() async
}

extension DatabaseDriver {
    func verifyTurn() async throws {}

    /// PostgreSQL does so by itself.
    func refreshStatistics() async throws {}

    func query(_ sql: String, _ values: [SQLValue]) async throws -> [Row] {
        try await read { try await $0.query(sql, values) }
    }
}

/// One connection within one transaction or read.
///
/// Stays on the connection's own executor, hence not `Sendable`.
protocol DriverSession: AnyObject {
    var engine: SQLEngine { get }

    /// Runs one statement and returns the number of rows it changed.
    func execute(_ sql: String, _ values: [SQLValue]) async throws -> Int
    /// Starts one statement; its rows are fetched one by one, in flat memory when `isStream`.
    func open(_ sql: String, _ values: [SQLValue], isStream: Bool) async throws -> any RowCursor
    /// Runs several statements without values, for migrations.
    func run(script: String) async throws
    /// Keeps out every other transaction that locks the same name, until this one ends.
    func lock(_ name: String) async throws

    func beginSavepoint() async throws
    func releaseSavepoint() async throws
    func rollBackSavepoint() async throws
}

/// The rows of a running statement; freed with the last reference or the end of its session.
protocol RowCursor: AnyObject {
    func next() async throws -> Row?
}
