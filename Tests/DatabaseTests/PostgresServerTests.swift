import Core
import Database
import Foundation
import Glibc
import TestSupport
import Testing

/// A server that comes and goes; each test has one of its own where it ends it.
@Suite("A PostgreSQL server", .enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
struct PostgresServerTests {
    @Test("A restart is survived: who asks meanwhile waits, and nothing acknowledged is lost", .timeLimit(.minutes(3)))
    func restart() async throws {
        try await PostgresServer.running { server in
            let database = try await Database.open(server.url(options: "pool_min=3&pool_max=5&pool_wait=30"))
            try await database.execute("CREATE TABLE t (n bigint)")
            // Idle connections are found dead without anybody seeing a fault.
            try await onThread {
                server.stop()
                try server.start()
            }
            for n in 0..<5 { try await database.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(n))]) }

            // A crash in the middle of a transaction undoes that one.
            let fault = await databaseFault {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO t VALUES (99)")
                    try await onThread { server.stop(SIGQUIT) }
                    try await tx.execute("INSERT INTO t VALUES (100)")
                }
            }
            #expect(fault?.code == .unavailable)

            // Those who ask while it is away get their answer when it is back.
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await database.count("t") } }
                try await Task.sleep(for: .milliseconds(300))
                try await onThread { try server.start() }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == [Int](repeating: 5, count: 8))
            await database.close()
        }
    }

    @Test("A server that stays away is said to be, by then at once", .timeLimit(.minutes(3)))
    func away() async throws {
        try await PostgresServer.running { server in
            let database = try await Database.open(server.url(options: "pool_min=1&pool_wait=1"))
            try await onThread { server.stop() }
            let first = await databaseFault { try await database.query("SELECT 1") }
            #expect(first?.code == .unavailable)
            try await Task.sleep(for: .milliseconds(500))
            let started = ContinuousClock.now
            let second = await databaseFault { try await database.query("SELECT 1") }
            #expect(second?.code == .unavailable)
            #expect(ContinuousClock.now - started < .seconds(1))
            let health = await DatabaseHealth(database).check()
            #expect(health.status == .unhealthy)
            try await onThread { try server.start() }
            let started2 = ContinuousClock.now
            while await databaseFault({ try await database.query("SELECT 1") }) != nil, .now - started2 < .seconds(10) {
                try await Task.sleep(for: .milliseconds(50))
            }
            let healed = await DatabaseHealth(database).check()
            #expect(healed == .healthy)
            await database.close()
        }
    }

    @Test("A server that stands still ends what was cancelled all the same", .timeLimit(.minutes(3)))
    func frozen() async throws {
        try await PostgresServer.running { server in
            let database = try await Database.open(server.url(options: "pool_min=2&pool_wait=2"))
            try await database.execute("CREATE TABLE t (n bigint)")
            let hasBegun = AsyncStream.makeStream(of: Void.self)
            let committing = Task {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    try await onThread { server.freeze() }
                    hasBegun.continuation.yield()
                }
            }
            for await _ in hasBegun.stream { break }
            let asking = Task { try await database.query("SELECT 1") }
            try await Task.sleep(for: .milliseconds(100))
            let started = ContinuousClock.now
            committing.cancel()
            asking.cancel()
            let fault = await databaseFault { try await committing.value }
            #expect(fault?.code == .unavailable, "the commit may have gone through")
            await #expect(throws: (any Error).self) { try await asking.value }
            #expect(ContinuousClock.now - started < .seconds(9))
            try await onThread { server.thaw() }
            #expect(try await database.query("SELECT 1 AS one").count == 1)
            await database.close()
        }
    }

    @Test("Over a socket of the file system too")
    func socket() async throws {
        let server = try await PostgresServer.shared()
        let database = try await Database.open(server.url(overSocket: true, options: "pool_min=1"))
        let rows = try await database.query("SELECT inet_client_addr() IS NULL AS is_local")
        #expect(rows.first?.values == [true])
        await database.close()
    }

    @Test("What is wrong with the login is said at once, without the password")
    func refused() async throws {
        let server = try await PostgresServer.shared()
        let place = "127.0.0.1:\(server.port)"
        for (url, word) in [
            ("postgres://hedgerow:geheim@\(place)/postgres", "28P01"),
            (server.url("nowhere"), "3D000"),
            ("postgres://hedgerow:geheim@127.0.0.1:1/postgres", "refused"),
            (server.url(options: "sslmode=require"), "SSL"),
            ("postgres://hedgerow:geheim@/postgres?host=/nonexistent", "/nonexistent"),
        ] {
            let started = ContinuousClock.now
            let fault = await databaseFault { try await Database.open(url) }
            #expect(fault?.code == .unavailable)
            let text = "\(fault?.detail ?? "") \(fault.map(String.init(describing:)) ?? "")"
            #expect(text.contains(word), "\(text)")
            #expect(!text.contains("geheim") && !text.contains(PostgresServer.password), "\(text)")
            #expect(ContinuousClock.now - started < .seconds(5))
        }
    }

    @Test("The modes of TLS are kept: who asks for a certificate gets no other")
    func tls() async throws {
        let authority = try Certificate.authority(named: "garden")
        let other = try Certificate.authority(named: "elsewhere")
        let certificate = try authority.serverCertificate(for: ["127.0.0.1"])
        let files = ["server.crt": certificate.certificatePEM, "server.key": certificate.keyPEM]
        try await withTemporaryDirectory { folder in
            try authority.certificatePEM.write(toFile: folder + "/right.pem", atomically: true, encoding: .utf8)
            try other.certificatePEM.write(toFile: folder + "/wrong.pem", atomically: true, encoding: .utf8)
            try await PostgresServer.running(settings: ["ssl = on"], files: files) { server in
                for (mode, isSecure) in [
                    ("sslmode=disable", false), ("sslmode=require", true),
                    ("sslmode=verify-full&sslrootcert=\(folder)/right.pem", true),
                ] {
                    let database = try await Database.open(server.url(options: "pool_min=1&" + mode))
                    let rows = try await database.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                    #expect(rows.first?.values == [.boolean(isSecure)], "\(mode)")
                    await database.close()
                }
                let fault = await databaseFault {
                    try await Database.open(server.url(options: "sslmode=verify-full&sslrootcert=\(folder)/wrong.pem"))
                }
                #expect(fault?.code == .unavailable)
                #expect(fault?.detail.contains("certificate") == true)
            }
        }
    }

    @Test("A user without rights is told so")
    func rights() async throws {
        try await PostgresServer.shared().withDatabase(options: "pool_min=1") { url in
            let database = try await Database.open(url)
            try await database.execute("CREATE TABLE t (n bigint)")
            let fault = await databaseFault {
                try await database.write { tx in
                    try await tx.execute("SET LOCAL ROLE pg_monitor")
                    try await tx.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(fault?.code == .readOnly)
            await database.close()
        }
    }

    @Test(
        "A full disk is a fault, and the next write works once there is room",
        .enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs")
    )
    func fullDisk() async throws {
        try await PostgresServer.running { server in
            let folder = server.folder + "/small"
            _ = mkdir(folder, 0o755)
            try await SmallDisk.mounted(at: folder, bytes: 1 << 20) {
                PostgresServer.giveAway(folder)
                try await onThread { try server.ask("CREATE TABLESPACE small LOCATION '\(folder)'") }
                let database = try await Database.open(server.url(options: "pool_min=1"))
                try await database.execute("CREATE TABLE t (a bytea) TABLESPACE small")
                try await database.execute("ALTER TABLE t ALTER a SET STORAGE EXTERNAL")
                let ballast = folder + "/ballast"
                try Data(count: 300_000).write(to: URL(filePath: ballast))
                var fault: DatabaseFault?
                for _ in 0..<100 where fault == nil {
                    fault = await databaseFault {
                        let bytes = [UInt8](repeating: 1, count: 50_000)
                        try await database.execute("INSERT INTO t VALUES ($1)", [.blob(bytes)])
                    }
                }
                #expect(fault?.code == .full)
                let sick = await DatabaseHealth(database).check()
                #expect(sick.status == .unhealthy)
                let before = try await database.count("t")
                #expect(before > 0)
                try FileManager.default.removeItem(atPath: ballast)
                try await database.execute("INSERT INTO t VALUES ($1)", [.blob([1])])
                let after = try await database.count("t")
                #expect(after == before + 1)
                let well = await DatabaseHealth(database).check()
                #expect(well == .healthy)
                await database.close()
                try await onThread { server.stop(SIGQUIT) }
            }
        }
    }
}
