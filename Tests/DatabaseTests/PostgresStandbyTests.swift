import Core
import Database
import Glibc
import TestSupport
import Testing

/// Two servers, the second of which follows the first.
@Suite("A PostgreSQL standby", .enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
struct PostgresStandbyTests {
    private func withServers(
        _ body: (_ first: PostgresServer, _ standby: PostgresServer) async throws -> Void
    ) async throws {
        try await PostgresServer.running { first in
            try await first.followed { standby in try await body(first, standby) }
        }
    }

    @Test("Reads that may lag come from it, all else from the first; either may go and come", .timeLimit(.minutes(5)))
    func reads() async throws {
        try await withServers { first, standby in
            let database = try await Database.open(
                first.url(options: "pool_min=1&pool_wait=2"),
                replica: standby.url(options: "pool_min=1")
            )
            let question = "SELECT pg_is_in_recovery() AS is_standby"
            /// Of both ways to ask; while the standby comes back they may differ.
            func areFromStandby(_ freshness: Database.Freshness) async throws -> Set<Bool> {
                let asked = try await database.query(question, [], freshness)
                let read: Bool = try await database.read(freshness) { try await $0.value(question) }
                return [try asked[0]["is_standby"], read]
            }
            try await database.execute("CREATE TABLE t (n bigint, on_standby boolean)")
            try await database.execute("INSERT INTO t VALUES (1, pg_is_in_recovery())")
            let latest = try await areFromStandby(.latest)
            #expect(latest == [false])
            let lagging = try await areFromStandby(.mayLag)
            #expect(lagging == [true])
            try await eventually("it follows") {
                // The table itself arrives late, too.
                let rows = try? await database.query("SELECT on_standby, pg_is_in_recovery() FROM t", [], .mayLag)
                return rows?.first?.values == [false, true]
            }

            try await onThread { standby.stop(SIGQUIT) }
            for _ in 0..<5 {
                let instead = try await areFromStandby(.mayLag)
                #expect(instead == [false])
            }
            try await database.execute("INSERT INTO t VALUES (2, pg_is_in_recovery())")
            try await onThread { try standby.start() }
            try await eventually("it is asked again") { try await areFromStandby(.mayLag) == [true] }

            // What the first server is needed for fails without it, what the standby can answer does not.
            try await onThread { first.stop() }
            let serving = try await areFromStandby(.mayLag)
            #expect(serving == [true])
            let fault = await databaseFault { try await database.execute("INSERT INTO t VALUES (3, FALSE)") }
            #expect(fault?.code == .unavailable)
            try await onThread { try first.start() }
            try await eventually("writes go through") {
                await databaseFault { try await database.execute("INSERT INTO t VALUES (4, pg_is_in_recovery())") }
                    == nil
            }
            let strays = try await database.query("SELECT n FROM t WHERE on_standby")
            #expect(strays.isEmpty)
            await database.close()
        }
    }

    @Test("It is refused as the only server, in words that say what to do", .timeLimit(.minutes(5)))
    func refused() async throws {
        try await withServers { _, standby in
            let fault = await databaseFault { try await Database.open(standby.url(options: "pool_min=1")) }
            #expect(fault?.code == .unavailable)
            #expect(fault?.detail.contains("follows another server") == true, "\(fault?.detail ?? "")")
            #expect(fault?.detail.contains("database_read_url") == true)
        }
    }

    @Test("Of two servers the one that takes writes is found, also after they changed places", .timeLimit(.minutes(5)))
    func promotion() async throws {
        try await withServers { first, standby in
            for order in [(standby, first), (first, standby)] {
                let both = "127.0.0.1:\(order.0.port),127.0.0.1:\(order.1.port)"
                let url = first.url(options: "pool_min=2").replacing("127.0.0.1:\(first.port)", with: both)
                let database = try await Database.open(url)
                let signals = try #require(PostgresSignalBus(database))
                var listener = await signals.subscribe(to: "a", depth: 10).makeAsyncIterator()
                try await database.execute("CREATE TABLE IF NOT EXISTS t (n bigint)")
                guard order.0 === first else {
                    await database.close()
                    continue
                }
                try await database.execute("INSERT INTO t VALUES (1)")
                try await eventually("it follows") {
                    let reader = try await Database.open(url, replica: standby.url(options: "pool_min=1"))
                    let rows = try? await reader.query("SELECT n FROM t WHERE pg_is_in_recovery()", [], .mayLag)
                    await reader.close()
                    return rows?.count == 1
                }
                try await onThread {
                    first.stop(SIGQUIT)
                    try standby.promote()
                }
                try await eventually("writes go through") {
                    await databaseFault { try await database.execute("INSERT INTO t VALUES (2)") } == nil
                }
                #expect(await listener.next() == .interrupted)
                try await signals.publish([1], to: "a")
                #expect(await listener.next() == .message([1]))
                let rows = try await database.query("SELECT n FROM t ORDER BY n")
                #expect(rows.map(\.values) == [[1], [2]])
                await database.close()
            }
        }
    }
}
