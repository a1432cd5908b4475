import Core
import Database
import Redis
import Synchronization
import TestSupport
import Testing

@testable import JobQueue

/// The engines on which the queue keeps its promises.
enum Ground: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres
    /// PostgreSQL, with keys of jobs in streams.
    case redis

    var testDescription: String { rawValue }

    func withQueue<Value>(
        clock: WallClock = .system,
        _ body: (JobQueue, any SignalBus) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .sqlite:
            try await withTemporaryDirectory { try await Self.run("sqlite:\($0)/jobs.db", clock, nil, body) }
        case .postgres:
            try await PostgresServer.shared().withDatabase(options: "pool_min=1") { url in
                try await Self.run(url, clock, nil, body)
            }
        case .redis:
            try await Self.withCourier { courier, _ in
                try await PostgresServer.shared().withDatabase(options: "pool_min=1") { url in
                    try await Self.run(url, clock, courier, body)
                }
            }
        }
    }

    /// Gives the body a courier over a Redis of its own.
    static func withCourier<Value>(
        _ body: (RedisJobCourier, RedisServer) async throws -> Value
    ) async throws -> Value {
        try await RedisServer.running { server in
            let address = try RedisAddress("redis://127.0.0.1:\(server.port)")
            let client = RedisClient(address, metrics: Metrics(), log: .silent)
            defer { client.close() }
            return try await body(RedisJobCourier(client), server)
        }
    }

    static func run<Value>(
        _ url: String,
        _ clock: WallClock,
        _ courier: (any JobCourier)?,
        _ body: (JobQueue, any SignalBus) async throws -> Value
    ) async throws -> Value {
        let database = try await Database.open(url)
        _ = try await Migrator(database, migrations: JobMigrations.all).up()
        let signals = InProcessSignalBus(metrics: Metrics())
        let queue = JobQueue(database: database, signals: signals, courier: courier, metrics: Metrics(), clock: clock)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(queue, signals))
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try result.get()
    }
}

extension JobQueue {
    /// Runs a worker beside `body`, and ends it in an orderly way.
    func working<Value: Sendable>(
        _ handlers: [JobHandler],
        schedules: [JobSchedule] = [],
        lease: Duration = .seconds(30),
        grace: Duration = .seconds(25),
        concurrency: Int = 8,
        recycleAfter: Int? = nil,
        _ body: @Sendable (JobWorker) async throws -> Value
    ) async throws -> Value {
        var options = JobWorker.Options()
        options.lease = lease
        options.poll = .milliseconds(50)
        options.grace = grace
        options.concurrency = concurrency
        options.recycleAfter = recycleAfter
        let worker = JobWorker(
            queue: self,
            handlers: handlers,
            schedules: schedules,
            options: options,
            metrics: Metrics(),
            log: .silent
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await worker.run()
                await worker.finish()
            }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(worker))
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            while let _ = await group.nextResult() {}
            await worker.finish()
            return try result.get()
        }
    }

    func count(_ state: Job.State? = nil) async throws -> Int {
        try await counts().reduce(0) { sum, entry in
            sum + (state.map { entry.count($0) } ?? Job.State.allCases.reduce(0) { $0 + entry.count($1) })
        }
    }
}

/// Collects what handlers did.
final class Diary<Entry: Sendable>: Sendable {
    private let list = Mutex<[Entry]>([])
    func note(_ entry: Entry) { list.withLock { $0.append(entry) } }
    var entries: [Entry] { list.withLock { $0 } }
}
