import Database
import Foundation
import TestSupport
import Testing

/// What the server does for itself at night.
struct UpkeepTests {
    @Test func `a backup whose time was missed is made when a server runs again, and can be restored`() async throws {
        try await withTemporaryDirectory { folder in
            let environment = ["HEDGEROW_API_KEY": "upkeep-key-0123456789", "HEDGEROW_BACKUP_TO": folder + "/vault"]
            let signedIn = ["X-API-Key": "upkeep-key-0123456789"]
            let rows = "sqlite:\(folder)/data/hedgerow.db"
            try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
            let first = try await ServerProcess(dataFolder: folder + "/data", environment: environment)
            try await first.waitUntilReady()
            let form = MultipartBody().file("file", TestPictures.plain())
            let sent = try first.post("/api/v1/diagnose", form, headers: signedIn)
            #expect(sent.status == 200)
            try await eventually("the worker has written down when all is due") {
                let names = try await names(of: rows)
                return names == [
                    "alerts.gather-digests", "alerts.look-at-cameras", "alerts.look-at-server", "upkeep.make-backup",
                    "upkeep.refresh-statistics",
                    "upkeep.retention", "upkeep.sweep-objects", "wildlife.collect-due",
                ]
            }
            _ = await first.stop()
            let database = try await Database.open(rows)
            try await database.execute("UPDATE job_schedule SET next_at = 0 WHERE name = 'upkeep.make-backup'")
            await database.close()

            let second = try await ServerProcess(dataFolder: folder + "/data", environment: environment)
            try await eventually("it is made") { second.logText.contains("backup made") }
            _ = await second.stop()
            let restored = try await runProgram(
                ["restore", "--from", folder + "/vault", "--data-dir", folder + "/other"],
                environment: environment
            )
            #expect(restored.status == 0, "\(restored.complaint)")
            let other = try await Database.open("sqlite:\(folder)/other/hedgerow.db")
            let analyses: Int = try await other.read { try await $0.value("SELECT count(*) FROM analysis") }
            await other.close()
            #expect(analyses == 1)
        }
    }

    private func names(of url: String) async throws -> [String] {
        let database = try await Database.open(url)
        let names = try? await database.query("SELECT name FROM job_schedule ORDER BY name").map { row in
            try row["name", as: String.self]
        }
        await database.close()
        return names ?? []
    }
}
