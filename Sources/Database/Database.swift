package import Core

/// The rows of the program: one SQL text on whichever engine the address names.
///
/// `write` closures run one after another and return when their effects are on the disk; `read` closures see one
/// consistent snapshot and run side by side.
package final class Database: Sendable {
    private let driver: any DatabaseDriver

    private let watch: FaultWatch

    private init(driver: any DatabaseDriver, watch: FaultWatch) {
        self.driver = driver
        self.watch = watch
    }

    /// Opens `sqlite:path`, or `sqlite::memory:` for one that lives as long as this object.
    ///
    /// - Throws: `DatabaseFault`, whose `detail` and `cure` are for the operator.
    package static func open(
        _ url: String,
        options: DatabaseOptions = DatabaseOptions(),
        metrics: Metrics = Metrics(),
        log: Log = .silent
    ) async throws -> Database {
        let meter = QueryMeter(metrics: metrics, log: log, slowerThan: options.slowQuery)
        let gauges = PoolMeter(metrics: metrics)
        guard url.hasPrefix("sqlite:"), url.utf8.count > "sqlite:".utf8.count else {
            let scheme = url.prefix { $0 != ":" }
            throw DatabaseFault(.unavailable, "the address begins with \(scheme): and must be written sqlite:path")
        }
        let path = String(url.dropFirst("sqlite:".count))
        let isInMemory = path == ":memory:"
        return try await Database(
            driver: SQLiteDriver(path: isInMemory ? nil : path, options: options, meter: meter, gauges: gauges),
            watch: FaultWatch(log: log)
        )
    }

    package var engine: SQLEngine { driver.engine }

    /// Runs `body` in a transaction and returns when its effects are durable.
    ///
    /// A throw undoes everything and is passed on. Keep the body short and free of waiting for anything but its own
    /// statements: it holds up every other writer. Cancellation is noticed between statements.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        try Self.refuseNesting()
        return try await watch.watching {
            try await Self.$isWriting.withValue(true) { try await driver.write(body) }
        }
    }

    /// Runs `body` on one consistent snapshot; cancellation interrupts the running statement.
    package func read<Value: Sendable>(
        _ body: @Sendable (DatabaseReader) async throws -> Value
    ) async throws -> Value {
        try Self.refuseNesting()
        return try await watch.watching { try await driver.read(body) }
    }

    /// All rows of one statement on a snapshot of its own.
    package func query(_ sql: String, _ values: [SQLValue] = []) async throws -> [Row] {
        try await read { try await $0.query(sql, values) }
    }

    /// One statement in a transaction of its own; the number of rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue] = []) async throws -> Int {
        try await write { try await $0.execute(sql, values) }
    }

    /// Lets writers that wait finish and closes the connections; later calls throw `unavailable`.
    package func close() async {
        watch.close()
        await driver.close()
    }

    /// The fault of the latest commit, `nil` when it went well.
    package var latestFault: DatabaseFault? { driver.latestFault }

    /// Damage or loss that somebody came upon within the last minute.
    package var recentFault: DatabaseFault? { watch.recent }

    /// - Throws: `lost` when the rows no longer lie where they were opened.
    package func verifyPlace() async throws { try await watch.watching { try await driver.verifyPlace() } }

    /// What a look through every page finds wrong, `nil` when all is whole; takes as long as reading the database.
    package func damage() async throws -> String? { try await driver.damage() }

    /// Set within `write`, because a write within a write would wait for itself for ever.
    @TaskLocal private static var isWriting = false

    private static func refuseNesting() throws {
        guard !isWriting else {
            throw DatabaseFault(.statement, "inside a write, use the transaction it gives and not the database")
        }
    }
}
