package import Core
import Synchronization

/// The rows of the program: one SQL text on whichever engine the address names.
///
/// `write` closures return when their effects are on the disk; on SQLite they run one after another. `read` closures see
/// one consistent snapshot and run side by side. No closure is ever run twice.
package final class Database: Sendable {
    let driver: any DatabaseDriver
    /// Another server that follows the first one.
    private let replica: (any DatabaseDriver)?
    /// Where signals of other processes come in, when a server carries them.
    let signals: SignalReceiver?

    private let watch: FaultWatch

    private init(
        driver: any DatabaseDriver,
        replica: (any DatabaseDriver)? = nil,
        signals: SignalReceiver? = nil,
        watch: FaultWatch
    ) {
        self.driver = driver
        self.replica = replica
        self.signals = signals
        self.watch = watch
    }

    /// Opens `sqlite:path`, `sqlite::memory:` for one that lives as long as this object, or `postgres://…`.
    ///
    /// `replica` is the address of a PostgreSQL server that follows the first one, for reads that `mayLag`.
    /// - Throws: `DatabaseFault`, whose `detail` and `cure` are for the operator.
    package static func open(
        _ url: String,
        replica: String? = nil,
        options: DatabaseOptions = DatabaseOptions(),
        metrics: Metrics = Metrics(),
        log: Log = .silent
    ) async throws -> Database {
        let meter = QueryMeter(metrics: metrics, log: log, slowerThan: options.slowQuery)
        let gauges = PoolMeter(metrics: metrics)
        if PostgresAddress.schemes.contains(where: url.hasPrefix) {
            let driver = try await PostgresDriver(url: url, options: options, meter: meter, gauges: gauges, log: log)
            // A server that was away comes back by itself; a file does not.
            let watch = FaultWatch(log: log, absenceLasts: false)
            let silence = options.signalSilence
            let signals = SignalReceiver(driver.address, silence: silence, metrics: metrics, log: log)
            guard let replica else { return Database(driver: driver, signals: signals, watch: watch) }
            let others = PoolMeter(metrics: metrics, isReplica: true)
            do {
                let follower = try await PostgresDriver(
                    replica: replica,
                    options: options,
                    meter: meter,
                    gauges: others,
                    log: log
                )
                return Database(driver: driver, replica: follower, signals: signals, watch: watch)
            } catch {
                await driver.close()
                throw error
            }
        }
        guard url.hasPrefix("sqlite:"), url.utf8.count > "sqlite:".utf8.count else {
            let scheme = url.prefix { $0 != ":" }
            throw DatabaseFault(
                .unavailable,
                "the address begins with \(scheme): and must be written sqlite:path or postgres://host/name"
            )
        }
        guard replica == nil else { throw DatabaseFault(.unavailable, "a SQLite file has no replica to read from") }
        let path = String(url.dropFirst("sqlite:".count))
        let file = path == ":memory:" ? nil : path
        let driver = try await SQLiteDriver(path: file, options: options, meter: meter, gauges: gauges)
        return Database(driver: driver, watch: FaultWatch(log: log))
    }

    package var engine: SQLEngine { driver.engine }

    /// Runs `body` in a transaction and returns when its effects are durable.
    ///
    /// On PostgreSQL writes run side by side, each statement seeing what was committed before it; see `Transaction.lock`.
    /// A throw undoes everything and is passed on. Keep the body short and free of waiting for anything but its own
    /// statements: it holds up every other writer. Cancellation is noticed between statements.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        try Self.refuseNesting()
        let followUps = Mutex<[Transaction.FollowUp]>([])
        let value = try await watch.watching {
            try await Self.$isWriting.withValue(true) {
                try await driver.write { tx in
                    let value = try await body(tx)
                    followUps.withLock { $0 = tx.followUps }
                    return value
                }
            }
        }
        for followUp in followUps.withLock({ $0 }) { await followUp() }
        return value
    }

    /// How new what is read must be.
    package enum Freshness: Sendable {
        /// All that was acknowledged before.
        case latest
        /// A replica may answer, a moment behind: for lists and statistics. When it is away the first server does.
        case mayLag
    }

    /// Runs `body` on one consistent snapshot; cancellation interrupts the running statement.
    package func read<Value: Sendable>(
        _ freshness: Freshness = .latest,
        _ body: @Sendable (DatabaseReader) async throws -> Value
    ) async throws -> Value {
        try Self.refuseNesting()
        return try await watch.watching {
            guard freshness == .mayLag, let replica else { return try await driver.read(body) }
            let hasBegun = Atomic(false)
            do {
                return try await replica.read { reader in
                    hasBegun.store(true, ordering: .relaxed)
                    return try await body(reader)
                }
            } catch let fault as DatabaseFault where fault.isAbsence && !hasBegun.load(ordering: .relaxed) {
                return try await driver.read(body)
            }
        }
    }

    /// All rows of one statement on a snapshot of its own.
    package func query(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ freshness: Freshness = .latest
    ) async throws -> [Row] {
        try Self.refuseNesting()
        return try await watch.watching {
            guard freshness == .mayLag, let replica else { return try await driver.query(sql, values) }
            do {
                return try await replica.query(sql, values)
            } catch let fault as DatabaseFault where fault.isAbsence {
                return try await driver.query(sql, values)
            }
        }
    }

    /// One statement in a transaction of its own; the number of rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue] = []) async throws -> Int {
        try await write { try await $0.execute(sql, values) }
    }

    /// Lets writers that wait finish and closes the connections; later calls throw `unavailable`.
    package func close() async {
        watch.close()
        signals?.close()
        await replica?.close()
        await driver.close()
    }

    /// The fault of the latest commit, `nil` when it went well.
    package var latestFault: DatabaseFault? { driver.latestFault }

    /// Damage or loss that somebody came upon within the last minute.
    package var recentFault: DatabaseFault? { watch.recent }

    /// - Throws: `lost` when the rows no longer lie where they were opened.
    package func verifyPlace() async throws { try await watch.watching { try await driver.verifyPlace() } }

    /// - Throws: `busy` when another program keeps ours from writing.
    package func verifyTurn() async throws { try await watch.watching { try await driver.verifyTurn() } }

    /// Looks at the tables anew, so that statements take the indexes that suit what lies in them; cheap when little changed.
    package func refreshStatistics() async throws { try await driver.refreshStatistics() }

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

extension DatabaseFault {
    /// Whether another server may do better.
    fileprivate var isAbsence: Bool { [.unavailable, .busy, .serialization].contains(code) }
}
