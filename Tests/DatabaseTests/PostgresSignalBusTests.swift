import Core
import Database
import Glibc
import TestSupport
import Testing

@Suite("Signals over PostgreSQL", .enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
struct PostgresSignalBusTests {
    /// Gives `body` two buses on one database, as two processes have them, and the second's database.
    private func withBuses(
        of server: PostgresServer,
        _ body: (_ here: PostgresSignalBus, _ there: PostgresSignalBus, _ other: Database) async throws -> Void
    ) async throws {
        try await server.withDatabase(options: "pool_min=1&pool_wait=2") { url in
            let first = try await Database.open(url)
            let second = try await Database.open(url)
            let result: Result<Void, any Error>
            do {
                let here = try #require(PostgresSignalBus(first))
                let there = try #require(PostgresSignalBus(second))
                result = .success(try await body(here, there, second))
            } catch {
                result = .failure(error)
            }
            await first.close()
            await second.close()
            try result.get()
        }
    }

    @Test("It does what every bus does, between processes too", .timeLimit(.minutes(2)))
    func contract() async throws {
        try await withBuses(of: .shared()) { here, there, _ in try await expectSignals(between: here, and: there) }
    }

    @Test("A database in a file carries none")
    func file() async throws {
        let database = try await Database.open("sqlite::memory:")
        #expect(PostgresSignalBus(database) == nil)
        await database.close()
    }

    @Test("A signal of a transaction goes out with its commit, and not without", .timeLimit(.minutes(2)))
    func transaction() async throws {
        try await withBuses(of: .shared()) { here, there, database in
            var listener = await there.subscribe(to: "a", depth: 10).makeAsyncIterator()
            struct Change: Error {}
            try? await database.write { tx in
                try await here.publish([1], to: "a", with: tx)
                throw Change()
            }
            try await database.write { tx in
                try? await tx.savepoint { inner in
                    try await here.publish([2], to: "a", with: inner)
                    throw Change()
                }
                try await here.publish([3], to: "a", with: tx)
                // Over a connection of its own, hence before what is said with this transaction.
                try await there.publish([4], to: "a")
                try await here.publish([5], to: "a", with: tx)
            }
            for number in [4, 3, 5] as [UInt8] { #expect(await listener.next() == .message([number])) }
        }
    }

    @Test("What other programs send over the same channel does no harm", .timeLimit(.minutes(2)))
    func stranger() async throws {
        try await withBuses(of: .shared()) { here, there, database in
            var listener = await here.subscribe(to: "a", depth: 10).makeAsyncIterator()
            for text in ["", "hello", "AA==", "//8=", "AAH/"] {
                _ = try await database.query("SELECT pg_notify('hedgerow_signals', $1)", [.text(text)])
            }
            try await there.publish([1], to: "a")
            #expect(await listener.next() == .message([1]))
        }
    }

    @Test("A lost connection comes back and says so, whoever lost it", .timeLimit(.minutes(2)))
    func cut() async throws {
        try await withBuses(of: .shared()) { here, there, database in
            var listener = await here.subscribe(to: "a", depth: 10).makeAsyncIterator()
            for number in UInt8(1)...3 {
                try await there.publish([number], to: "a")
                #expect(await listener.next() == .message([number]))
                let ended = try await database.query(
                    """
                    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """
                )
                #expect(!ended.isEmpty)
                #expect(await listener.next() == .interrupted)
            }
        }
    }

    @Test("After a crash of the server it listens again and says so", .timeLimit(.minutes(3)))
    func crash() async throws {
        try await PostgresServer.running { server in
            try await withBuses(of: server) { here, there, other in
                var old = await here.subscribe(to: "a", depth: 100).makeAsyncIterator()
                try await there.publish([1], to: "a")
                #expect(await old.next() == .message([1]))
                try await onThread { server.stop(SIGQUIT) }
                // Its absence is noticed by then, so the listeners of this process are all there are.
                var new = await here.subscribe(to: "b", depth: 100).makeAsyncIterator()
                try await here.publish([2], to: "a")
                try await here.publish([3], to: "b")
                #expect(await old.next() == .message([2]))
                #expect(await new.next() == .message([3]))
                try await onThread { try server.start() }
                #expect(await old.next() == .interrupted)
                #expect(await new.next() == .interrupted)
                try await eventually("the other process is back too") { (try? await other.query("SELECT 1")) != nil }
                try await there.publish([4], to: "a")
                try await there.publish([5], to: "b")
                #expect(await old.next() == .message([4]))
                #expect(await new.next() == .message([5]))
            }
        }
    }

    @Test("A server that falls silent is noticed, though its end of the connection stays open", .timeLimit(.minutes(3)))
    func silence() async throws {
        try await PostgresServer.shared().withDatabase(options: "pool_min=1") { url in
            var options = DatabaseOptions()
            options.signalSilence = .seconds(4)
            let database = try await Database.open(url, options: options)
            let bus = try #require(PostgresSignalBus(database))
            var listener = await bus.subscribe(to: "a", depth: 10).makeAsyncIterator()
            // A question for a sign of life is answered, and heard by nobody.
            try await Task.sleep(for: .seconds(5))
            try await bus.publish([1], to: "a")
            #expect(await listener.next() == .message([1]))
            let rows = try await database.query(Self.listening)
            let process = pid_t(try #require(rows.first)["pid", as: Int.self])
            kill(process, SIGSTOP)
            let event = await listener.next()
            kill(process, SIGCONT)
            #expect(event == .interrupted)
            await database.close()
        }
    }

    private static let listening =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"

    @Test("Closing ends the connection, though nobody sends anything", .timeLimit(.minutes(2)))
    func closing() async throws {
        try await PostgresServer.shared().withDatabase(options: "pool_min=1") { url in
            let observer = try await Database.open(url)
            let database = try await Database.open(url)
            let bus = try #require(PostgresSignalBus(database))
            let sequence = await bus.subscribe(to: "a", depth: 1)
            func listeners() async throws -> Int {
                try await observer.query(Self.listening).count
            }
            let before = try await listeners()
            #expect(before == 1)
            await database.close()
            try await eventually("its connection is gone") { try await listeners() == 0 }
            _ = sequence
            await observer.close()
        }
    }
}
