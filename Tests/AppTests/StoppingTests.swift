import Database
import Foundation
import TestSupport
import Testing

/// Whether the program ends when it is told to, whatever becomes of its database.
@Suite(.serialized) struct StoppingTests {
    /// The docs promise an end after half a minute; machines that test are slow.
    private static let limit = Duration.seconds(40)

    @Test(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"), .timeLimit(.minutes(4)))
    func `a PostgreSQL server that stands still is named, and holds up neither server nor worker`() async throws {
        try await PostgresServer.running { postgres in
            try await withTemporaryDirectory { folder in
                let settings = ["HEDGEROW_DATABASE_URL": postgres.url()]
                let server = try await ServerProcess(dataFolder: folder, environment: settings)
                try await server.waitUntilReady()
                let worker = try WorkerProcess(dataFolder: folder, environment: settings)
                let workerLog = { (try? String(contentsOfFile: folder + "/worker.log", encoding: .utf8)) ?? "" }
                // It takes jobs only when its model is loaded.
                try await Task.sleep(for: .seconds(8))
                #expect(worker.isRunning, "\(workerLog().suffix(500))")
                try await onThread { postgres.freeze() }
                let started = ContinuousClock.now
                let ready = try await onThread { try server.request("GET", "/health/ready") }
                #expect(ContinuousClock.now - started < .seconds(15))
                #expect(ready.status == 503 && ready.text.contains("does not answer"), "\(ready.text)")
                let stopped = ContinuousClock.now
                async let first = server.stop()
                async let second = worker.stop()
                _ = await (first, second)
                #expect(
                    ContinuousClock.now - stopped < Self.limit,
                    "\(server.logText.suffix(500)) \(workerLog().suffix(500))"
                )
                try await onThread { postgres.thaw() }
            }
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func `a file that another program has locked holds up nobody`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            try await server.waitUntilReady()
            let other = try await Database.open("sqlite:\(folder)/hedgerow.db")
            let stopped = try await other.write { tx in
                try await tx.execute("DELETE FROM job WHERE id IS NULL")
                try await Task.sleep(for: .seconds(2))
                let started = ContinuousClock.now
                _ = await server.stop()
                return ContinuousClock.now - started
            }
            #expect(stopped < Self.limit, "\(server.logText.suffix(500))")
            await other.close()
        }
    }
}
