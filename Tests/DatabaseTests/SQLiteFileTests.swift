import Core
import Database
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("A SQLite file") struct SQLiteFileTests {
    private final class Lines: LogSink {
        private let kept = Mutex<[String]>([])
        var lines: [String] { kept.withLock { $0 } }
        func write(_ line: [UInt8]) { kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    @Test("What was acknowledged survives a process that is killed") func killed() async throws {
        try await withTemporaryDirectory { folder async throws in
            let acknowledged = folder + "/acknowledged"
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = folder as String, acknowledged = acknowledged as String] in
                let database = try await Database.open("sqlite:\(folder)/test.db")
                try await database.execute("CREATE TABLE t (n INTEGER)")
                let log = open(acknowledged, O_CREAT | O_WRONLY | O_APPEND, 0o600)
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for n in 0... {
                                let number = Int64(n * 8 + writer)
                                guard
                                    (try? await database.execute("INSERT INTO t VALUES ($1)", [.integer(number)]))
                                        != nil
                                else { return }
                                let line = Array("\(number)\n".utf8)
                                _ = write(log, line, line.count)
                                if number >= 400 { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
            let promised = try String(contentsOfFile: acknowledged, encoding: .utf8).split(separator: "\n")
                .compactMap { Int64($0) }
            #expect(promised.count > 300)
            let database = try await Database.open("sqlite:\(folder)/test.db")
            let found = Set(try await database.query("SELECT n FROM t").map { try $0["n", as: Int64.self] })
            #expect(found.isSuperset(of: promised))
            #expect(try await database.query("PRAGMA integrity_check").first?.values == ["ok"])
            await database.close()
        }
    }

    @Test("A file that is no database, or is damaged, is a clear fault")
    func corrupt() async throws {
        try await withTemporaryDirectory { folder async throws in
            let path = folder + "/test.db"
            try Data("This is a text file, and a long one at that. ".utf8 + [UInt8](repeating: 65, count: 8_192))
                .write(to: URL(filePath: path))
            let fault = await databaseFault { try await Database.open("sqlite:\(path)") }
            #expect(fault?.code == .corrupt)
            #expect(fault?.cure.contains("restore a backup") == true)
        }
        try await withTemporaryDirectory { folder async throws in
            let path = folder + "/test.db"
            let database = try await Database.open("sqlite:\(path)")
            try await database.execute("CREATE TABLE t (a TEXT)")
            for _ in 0..<50 {
                try await database.execute("INSERT INTO t VALUES ($1)", [.text(String(repeating: "x", count: 900))])
            }
            await database.close()
            var bytes = try Data(contentsOf: URL(filePath: path))
            for index in 4_096..<bytes.count { bytes[index] = 0xA5 }
            try bytes.write(to: URL(filePath: path))
            let damaged = try await Database.open("sqlite:\(path)")
            #expect(await databaseFault { try await damaged.query("SELECT * FROM t") }?.code == .corrupt)
            await damaged.close()
        }
    }

    @Test("Damage that somebody comes upon shows on the health page and once in the log")
    func damage() async throws {
        try await withTemporaryDirectory { folder async throws in
            let path = folder + "/test.db"
            let whole = try await Database.open("sqlite:\(path)")
            try await whole.execute("CREATE TABLE t (a TEXT)")
            try await whole.execute("CREATE TABLE good (a TEXT)")
            for _ in 0..<50 {
                try await whole.execute("INSERT INTO t VALUES ($1)", [.text(String(repeating: "x", count: 900))])
            }
            #expect(try await whole.damage() == nil)
            await whole.close()
            var bytes = try Data(contentsOf: URL(filePath: path))
            for index in 4_096 * 3..<bytes.count { bytes[index] = 0xA5 }
            try bytes.write(to: URL(filePath: path))

            let sink = Lines()
            let database = try await Database.open("sqlite:\(path)", log: Log(to: sink, minimum: .error))
            #expect(await DatabaseHealth(database).check() == .healthy)
            for _ in 0..<5 {
                #expect(await databaseFault { try await database.query("SELECT * FROM t") }?.code == .corrupt)
            }
            _ = try await database.query("SELECT * FROM good")
            let health = await DatabaseHealth(database).check()
            #expect(health.status == .unhealthy)
            #expect(health.detail?.contains("restore a backup") == true)
            #expect(sink.lines.count == 1)
            #expect(sink.lines.first?.contains("SQLite 11") == true)
            #expect(sink.lines.first?.contains("xxx") == false)
            #expect(try await database.damage() != nil)
            await database.close()
        }
    }

    @Test("A file that was removed or replaced while it is open is noticed", arguments: [false, true])
    func lost(isReplaced: Bool) async throws {
        try await withTemporaryDirectory { folder async throws in
            let path = folder + "/test.db"
            let database = try await Database.open("sqlite:\(path)")
            try await database.execute("CREATE TABLE t (a TEXT)")
            #expect(await DatabaseHealth(database).check() == .healthy)
            try FileManager.default.removeItem(atPath: path)
            if isReplaced { try Data("another".utf8).write(to: URL(filePath: path)) }
            let health = await DatabaseHealth(database).check()
            #expect(health.status == .unhealthy)
            #expect(health.detail?.contains("removed or replaced") == true)
            #expect(health.detail?.contains(folder) == false)
            await database.close()
        }
    }

    @Test(
        "A place where no database can be is unavailable",
        arguments: ["/nonexistent/x.db", "/proc/x.db", "/tmp"]
    )
    func unavailable(path: String) async {
        let fault = await databaseFault { try await Database.open("sqlite:\(path)") }
        #expect(fault?.code == .unavailable)
    }

    @Test("An address of another kind says how to write one", arguments: ["mysql://x/y", "test.db", "sqlite:", ""])
    func addresses(url: String) async {
        let fault = await databaseFault { try await Database.open(url) }
        #expect(fault?.code == .unavailable)
        #expect(fault?.detail.contains("sqlite:path") == true)
    }

    @Test("The file and its companions are for the owner alone") func modes() async throws {
        try await withTemporaryDirectory { folder async throws in
            let database = try await Database.open("sqlite:\(folder)/test.db")
            try await database.execute("CREATE TABLE t (a TEXT)")
            for name in ["test.db", "test.db-wal", "test.db-shm"] {
                let mode =
                    try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
            await database.close()
        }
    }

    @Test("Another program that holds the file shows, although nobody writes", .timeLimit(.minutes(1)))
    func lockedUnseen() async throws {
        try await withTemporaryDirectory { folder async throws in
            let ours = try await Database.open("sqlite:\(folder)/test.db")
            try await ours.execute("CREATE TABLE t (n INTEGER)")
            let theirs = try await Database.open("sqlite:\(folder)/test.db")
            try await theirs.write { tx in
                try await tx.execute("INSERT INTO t VALUES (1)")
                try await Task.sleep(for: .seconds(3))
                let health = await DatabaseHealth(ours).check()
                #expect(health.status == .degraded && health.detail?.contains("another process") == true)
            }
            try await eventually("it is free again") { await DatabaseHealth(ours).check() == .healthy }
            await ours.close()
            await theirs.close()
        }
    }

    @Test("Who is told to stop does not wait on for another process", .timeLimit(.minutes(1)))
    func cancelLocked() async throws {
        try await withTemporaryDirectory { folder async throws in
            var options = DatabaseOptions()
            options.busyTimeout = .milliseconds(50)
            let ours = try await Database.open("sqlite:\(folder)/test.db", options: options)
            try await ours.execute("CREATE TABLE t (n INTEGER)")
            let theirs = try await Database.open("sqlite:\(folder)/test.db")
            try await theirs.write { tx in
                try await tx.execute("INSERT INTO t VALUES (1)")
                let started = ContinuousClock.now
                await withTaskGroup(of: Void.self) { group in
                    for n in Int64(0)..<4 {
                        group.addTask { _ = try? await ours.execute("INSERT INTO t VALUES ($1)", [.integer(n)]) }
                    }
                    try? await Task.sleep(for: .milliseconds(100))
                    group.cancelAll()
                }
                #expect(ContinuousClock.now - started < .seconds(10))
            }
            try await ours.execute("INSERT INTO t VALUES (2)")
            await ours.close()
            await theirs.close()
        }
    }

    @Test("Another process that writes makes us wait, not fail; one that never stops makes us give up as busy")
    func otherProcess() async throws {
        try await withTemporaryDirectory { folder async throws in
            var options = DatabaseOptions()
            options.busyTimeout = .milliseconds(50)
            options.patience = .milliseconds(400)
            let ours = try await Database.open("sqlite:\(folder)/test.db", options: options)
            let theirs = try await Database.open("sqlite:\(folder)/test.db")
            let patient = try await Database.open("sqlite:\(folder)/test.db")
            try await ours.execute("CREATE TABLE t (a TEXT)")
            func hold(_ duration: Duration, while body: () async throws -> Void) async throws {
                let (held, holding) = AsyncStream<Void>.makeStream()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await theirs.write { tx in
                            try await tx.execute("INSERT INTO t VALUES ('theirs')")
                            holding.yield()
                            try await Task.sleep(for: duration)
                        }
                    }
                    for await _ in held { break }
                    try await body()
                    try await group.waitForAll()
                }
            }
            try await hold(.milliseconds(150)) { try await patient.execute("INSERT INTO t VALUES ('ours')") }
            try await hold(.milliseconds(1_000)) { () async throws in
                #expect(await databaseFault { try await ours.execute("INSERT INTO t VALUES ('ours')") }?.code == .busy)
                #expect(try await ours.count("t") == 2)
                #expect(await DatabaseHealth(ours).check().status == .degraded)
            }
            try await eventually("the file is free again") {
                await databaseFault { try await ours.execute("INSERT INTO t VALUES ('ours')") } == nil
            }
            #expect(try await ours.count("t") == 4)
            await patient.close()
            #expect(await DatabaseHealth(ours).check() == .healthy)
            await ours.close()
            await theirs.close()
        }
    }

    @Test("Cancelling interrupts a long read, and the connection goes on", .timeLimit(.minutes(1)))
    func cancelRead() async throws {
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        var options = DatabaseOptions()
        options.readers = 1
        try await Engine.sqliteFile.withDatabase(options: options) { database async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await database.query(endless) }
                // This one waits for the only reader and leaves the line.
                group.addTask { _ = try await database.query(endless) }
                try? await Task.sleep(for: .milliseconds(50))
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
            #expect(try await database.count() == 0)
        }
    }

    @Test(
        "A full disk is a fault, and the next write works once there is room",
        .enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs")
    )
    func fullDisk() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await SmallDisk.mounted(at: folder, bytes: 1 << 20) { () async throws in
                let database = try await Database.open("sqlite:\(folder)/test.db")
                try await database.execute("CREATE TABLE t (a BLOB)")
                let ballast = folder + "/ballast"
                try Data(count: 200_000).write(to: URL(filePath: ballast))
                var fault: DatabaseFault?
                for _ in 0..<100 where fault == nil {
                    fault = await databaseFault {
                        try await database.execute(
                            "INSERT INTO t VALUES ($1)",
                            [.blob([UInt8](repeating: 1, count: 50_000))]
                        )
                    }
                }
                #expect(fault?.code == .full)
                #expect(await DatabaseHealth(database).check().status == .unhealthy)
                let kept = try await database.count("t")
                #expect(kept > 0)
                try FileManager.default.removeItem(atPath: ballast)
                try await database.execute("INSERT INTO t VALUES ($1)", [.blob([1])])
                #expect(try await database.count("t") == kept + 1)
                #expect(await DatabaseHealth(database).check() == .healthy)
                await database.close()
            }
        }
    }
}
