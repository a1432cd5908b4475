import Core
import Synchronization

/// PostgreSQL as an engine: a pool of connections, each of which reads or writes.
final class PostgresDriver: DatabaseDriver {
    let engine = SQLEngine.postgres
    let address: PostgresAddress
    private let pool: PostgresPool
    private let fault = Mutex<DatabaseFault?>(nil)

    /// Logs in once, so that a wrong address is noticed at the start.
    init(
        url: String,
        options: DatabaseOptions,
        meter: QueryMeter,
        gauges: PoolMeter,
        log: Log
    ) async throws {
        address = try PostgresAddress(url, pool: options.pool, rather: "primary")
        pool = PostgresPool(address, lockPatience: options.patience, meter: meter, gauges: gauges, log: log)
        try await pool.open()
    }

    /// A server that may be absent, now and later, because another one can stand in for it.
    init(replica url: String, options: DatabaseOptions, meter: QueryMeter, gauges: PoolMeter, log: Log) async throws {
        var limits = options.pool
        limits.patience = .seconds(1)
        limits.connectLimit = .seconds(2)
        address = try PostgresAddress(url, pool: limits, rather: "prefer-standby")
        pool = PostgresPool(address, lockPatience: options.patience, meter: meter, gauges: gauges, log: log)
        // What went wrong is in the log.
        try? await pool.open()
    }

    func write<Value: Sendable>(_ body: @Sendable (Transaction) async throws -> Value) async throws -> Value {
        do {
            let value = try await pool.lend { try await $0.write(body) }
            fault.withLock { $0 = nil }
            return value
        } catch let error as DatabaseFault where error.code == .full || error.code == .corrupt {
            fault.withLock { $0 = error }
            throw error
        }
    }

    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        try await pool.lend { try await $0.read(body) }
    }

    /// Asked once more when the connection broke or the plan was stale: a single question can be repeated.
    func query(_ sql: String, _ values: [SQLValue]) async throws -> [Row] {
        do {
            return try await pool.lend { try await $0.query(sql, values) }
        } catch let fault as DatabaseFault where fault.code == .unavailable || fault.code == .serialization {
            return try await pool.lend { try await $0.query(sql, values) }
        }
    }

    /// Runs one statement whose effect nobody needs for long: it does not wait for a server that is away, nor is it repeated.
    func hint(_ sql: String, _ values: [SQLValue]) async throws {
        _ = try await pool.lend(patience: .seconds(2)) { try await $0.query(sql, values) }
    }

    /// A fault that the next write may meet too; one that only shows a lost connection is not kept.
    var latestFault: DatabaseFault? { fault.withLock { $0 } }

    /// Where a server keeps its rows is its own affair; whether it answers is seen by asking.
    func verifyPlace() async throws {}

    /// Looking through a server's pages is its operator's work, with `pg_amcheck`.
    func damage() async throws -> String? { nil }

    func close() async { await pool.close() }
}
