import Core
import Database
import Synchronization
import TestSupport
import Testing

/// What only an engine with a server and many connections has to promise.
@Suite("Connections to PostgreSQL") struct PostgresPoolTests {
    /// A database of its own in the server that tests share.
    private func withDatabase(
        _ query: String = "pool_min=1",
        options: DatabaseOptions = DatabaseOptions(),
        metrics: Metrics = Metrics(),
        _ body: (Database) async throws -> Void
    ) async throws {
        try await PostgresServer.shared().withDatabase(options: query) { url in
            let database = try await Database.open(url, options: options, metrics: metrics)
            try await database.execute("CREATE TABLE t (n bigint PRIMARY KEY, v bigint NOT NULL DEFAULT 0)")
            do { try await body(database) } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    @Test("A cancelled statement stops on the server, and the same connection goes on", .timeLimit(.minutes(1)))
    func cancelRead() async throws {
        try await withDatabase("pool_min=1&pool_max=1") { database in
            let before = try await database.backend()
            let clock = ContinuousClock.now
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await database.query("SELECT pg_sleep(50)") }
                // This one waits for the only connection and leaves the line.
                group.addTask { _ = try await database.read { try await $0.query("SELECT pg_sleep(50)") } }
                try? await Task.sleep(for: .milliseconds(100))
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
            #expect(ContinuousClock.now - clock < .seconds(20))
            let after = try await database.backend()
            #expect(after == before)
        }
    }

    @Test("A cancelled write leaves nothing behind", .timeLimit(.minutes(1)))
    func cancelWrite() async throws {
        try await withDatabase("pool_min=1&pool_max=1") { database in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO t (n) VALUES (1)")
                        _ = try await tx.query("SELECT pg_sleep(50)")
                    }
                }
                try? await Task.sleep(for: .milliseconds(100))
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
            }
            let kept = try await database.count("t")
            #expect(kept == 0)
        }
    }

    @Test("When all connections are lent, one waits for its turn, one too long, and one is refused")
    func exhaustion() async throws {
        var options = DatabaseOptions()
        options.pool.depth = 2
        options.pool.patience = .milliseconds(400)
        try await withDatabase("pool_min=1&pool_max=2", options: options) { database in
            let (held, holding) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await database.write { _ in
                            holding.yield()
                            for await _ in released { break }
                        }
                    }
                }
                var isHeld = 0
                for await _ in held {
                    isHeld += 1
                    if isHeld == 2 { break }
                }
                let faults = await withTaskGroup(of: String.self) { waiting in
                    for _ in 0..<3 {
                        waiting.addTask {
                            do {
                                _ = try await database.query("SELECT 1")
                                return "answered"
                            } catch let fault as DatabaseFault {
                                return "\(fault.code)"
                            } catch {
                                return "\(type(of: error))"
                            }
                        }
                    }
                    return await waiting.reduce(into: []) { $0.append($1) }.sorted()
                }
                #expect(faults == ["Overloaded", "busy", "busy"])
                group.addTask { _ = try await database.query("SELECT 1") }
                release.yield()
                release.yield()
                try await group.waitForAll()
            }
        }
    }

    @Test("A connection that the server ends fails its own transaction only, and is replaced")
    func killed() async throws {
        try await withDatabase("pool_min=2&pool_max=2") { database in
            let fault = await databaseFault {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO t (n) VALUES (1)")
                    let backend: Int = try await tx.value("SELECT pg_backend_pid()")
                    // It ends itself, as an operator might.
                    _ = try? await tx.query("SELECT pg_terminate_backend($1::int)", [.integer(Int64(backend))])
                    try await tx.execute("INSERT INTO t (n) VALUES (2)")
                }
            }
            #expect(fault?.code == .unavailable || fault?.code == .aborted)
            // Idle ones are ended too: nobody notices.
            let others = try await database.read { reader in
                let mine: Int = try await reader.value("SELECT pg_backend_pid()")
                _ = try await reader.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> $1
                    """,
                    [.integer(Int64(mine))]
                )
                return mine
            }
            #expect(others > 0)
            for _ in 0..<4 {
                let kept = try await database.count("t")
                #expect(kept == 0)
            }
        }
    }

    @Test("Fifty questions at once take less than half a second, and ten thousand leak no connection")
    func crowd() async throws {
        let metrics = Metrics()
        try await withDatabase("", metrics: metrics) { database in
            @Sendable func ask(_ n: Int64) async throws {
                let rows = try await database.query("SELECT $1 + 1 AS n", [.integer(n)])
                #expect(rows.first?.values == [.integer(n + 1)])
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<50 { group.addTask { try await ask(Int64(n)) } }
                try await group.waitForAll()
            }
            let started = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<50 { group.addTask { try await ask(Int64(n)) } }
                try await group.waitForAll()
            }
            #expect(ContinuousClock.now - started < .milliseconds(500))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<50 {
                    group.addTask {
                        for n in 0..<200 {
                            if n % 50 == 7 {
                                _ = await databaseFault { try await database.query("SELECT nothing") }
                            } else {
                                try await ask(Int64(worker * 200 + n))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(metrics.value("database_pool_in_use") == 0)
            #expect(metrics.value("database_pool_waiting") == 0)
            let open = try #require(metrics.value("database_pool_open"))
            let sessions = try await Self.sessions(database)
            #expect((5...20).contains(open))
            #expect(sessions == Int(open))
        }
    }

    @Test("An old connection is replaced, and one too many is closed")
    func recycling() async throws {
        var options = DatabaseOptions()
        options.pool.idleLimit = .milliseconds(50)
        try await withDatabase("pool_min=1&pool_max=4", options: options) { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await database.query("SELECT pg_sleep(0.2)") } }
                try await group.waitForAll()
            }
            try await Task.sleep(for: .milliseconds(100))
            var sessions = 4
            // A backend that was let go takes a moment to end.
            for _ in 0..<200 where sessions != 1 {
                sessions = try await Self.sessions(database)
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(sessions == 1)
        }
        try await withDatabase("pool_min=1&pool_max=1&pool_recycle=0") { database in
            let first = try await database.backend()
            let second = try await database.backend()
            #expect(first != second)
        }
    }

    @Test("More statements than are kept prepared all work, and no more are kept")
    func statements() async throws {
        try await withDatabase("pool_min=1&pool_max=1") { database in
            for round in 0..<2 {
                for n in 0..<300 {
                    let rows = try await database.query("SELECT $1 + \(n) AS n", [.integer(Int64(round))])
                    #expect(rows.first?.values == [.integer(Int64(round + n))])
                }
            }
            let kept = try await database.query("SELECT count(*) AS n FROM pg_prepared_statements")
            #expect(try #require(kept.first)["n", as: Int.self] <= 201)
        }
    }

    @Test("A statement whose table has changed is prepared anew")
    func stalePlan() async throws {
        try await withDatabase("pool_min=1&pool_max=1") { database in
            try await database.execute("INSERT INTO t (n) VALUES (1)")
            _ = try await database.query("SELECT * FROM t")
            try await database.execute("ALTER TABLE t ADD COLUMN more text")
            let rows = try await database.query("SELECT * FROM t")
            #expect(rows.first?.columnNames == ["n", "v", "more"])
            _ = try await database.write { try await $0.query("SELECT * FROM t") }
            try await database.execute("ALTER TABLE t ADD COLUMN less text")
            let fault = await databaseFault { try await database.write { try await $0.query("SELECT * FROM t") } }
            #expect(fault?.code == .serialization)
            let again = try await database.write { try await $0.query("SELECT * FROM t") }
            #expect(again.first?.columnNames.count == 4)
        }
    }

    @Test("Writers side by side lose nothing when they take a lock")
    func locks() async throws {
        try await withDatabase { database in
            try await database.execute("INSERT INTO t (n) VALUES (1)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await database.write { tx in
                            try await tx.lock("counter")
                            let value: Int64 = try await tx.value("SELECT v FROM t WHERE n = 1")
                            try await tx.execute("UPDATE t SET v = $1 WHERE n = 1", [.integer(value + 1)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let total = try await database.query("SELECT v FROM t")
            #expect(total.first?.values == [40])
        }
    }

    @Test("Two writers that wait for one another: one is told to try again", .timeLimit(.minutes(1)))
    func deadlock() async throws {
        try await withDatabase("pool_min=2") { database in
            try await database.execute("INSERT INTO t (n) VALUES (1), (2)")
            let arrived = Arrivals()
            let codes = await withTaskGroup(of: DatabaseFault.Code?.self) { group in
                for first in [1, 2] as [Int64] {
                    group.addTask {
                        await databaseFault {
                            try await database.write { tx in
                                try await tx.execute("UPDATE t SET v = v + 1 WHERE n = $1", [.integer(first)])
                                arrived.note()
                                // Both have their row before either asks for the other's.
                                while arrived.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
                                try await tx.execute("UPDATE t SET v = v + 1 WHERE n = $1", [.integer(3 - first)])
                            }
                        }?.code
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.contains(.serialization))
            #expect(codes.contains(nil))
        }
    }

    /// How many backends serve this database.
    private static func sessions(_ database: Database) async throws -> Int {
        try await database.read {
            try await $0.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        }
    }

    @Test("Questions that may lag go to the replica, and to the first server when it is away")
    func replica() async throws {
        let server = try await PostgresServer.shared()
        try await server.withDatabase(options: "pool_min=1") { first in
            try await server.withDatabase(options: "pool_min=1") { second in
                let maker = try await Database.open(second)
                try await maker.execute("CREATE TABLE here (name text)")
                try await maker.execute("INSERT INTO here VALUES ('second')")
                await maker.close()
                for (replica, expected) in [(second, "second"), ("postgres://127.0.0.1:1/none", "first")] {
                    let database = try await Database.open(first, replica: replica)
                    if expected == "second" {
                        try await database.execute("CREATE TABLE here (name text)")
                        try await database.execute("INSERT INTO here VALUES ('first')")
                    }
                    let lagging = try await database.query("SELECT name FROM here", [], .mayLag)
                    #expect(lagging.first?.values == [.text(expected)])
                    let read: String = try await database.read(.mayLag) { try await $0.value("SELECT name FROM here") }
                    #expect(read == expected)
                    let latest = try await database.query("SELECT name FROM here")
                    #expect(latest.first?.values == ["first"])
                    await database.close()
                }
            }
        }
    }
}

/// Counts who has come.
private final class Arrivals: Sendable {
    private let number = Atomic(0)
    func note() { number.add(1, ordering: .sequentiallyConsistent) }
    var count: Int { number.load(ordering: .sequentiallyConsistent) }
}

extension Database {
    fileprivate func backend() async throws -> Int {
        try await read { try await $0.value("SELECT pg_backend_pid()") }
    }
}

extension Metrics {
    /// The value of a metric without labels.
    func value(_ name: String) -> Double? {
        let line = text().split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }
}
