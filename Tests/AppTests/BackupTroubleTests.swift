import Core
import Foundation
import Glibc
import ObjectStore
import TestSupport
import Testing

/// Backups that go wrong: stopped, without their place, without room, or made by somebody else.
struct BackupTroubleTests {
    private static let key = ["HEDGEROW_API_KEY": "backup-key-0123456789"]

    /// Contents that no backup names, so that clearing up takes a while.
    private func litter(_ vault: String, _ count: Int) async throws {
        let store = try await FileObjectStore(root: vault)
        for number in 0..<count {
            let name = SHA256(of: Array("\(number)".utf8)).description
            let path = try #require(store.localPath(of: ObjectKey("content/\(name.prefix(2))/\(name)")))
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data([1]).write(to: URL(filePath: path))
        }
    }

    private func marks(_ vault: String, _ kind: String) throws -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(vault)/objects/\(kind)")?.allObjects as? [String] ?? []
        return all.filter { $0.contains("/") }
    }

    @Test(.timeLimit(.minutes(3)), arguments: [SIGINT, SIGTERM])
    func `a backup that is stopped while it clears up does not keep the next one waiting`(signal: Int32) async throws {
        try await withTemporaryDirectory { folder in
            let (vault, data) = (folder + "/vault", folder + "/data")
            let words = ["backup", vault, "--data-dir", data]
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            #expect(try await runProgram(["migrate", "up", "--data-dir", data]).status == 0)
            #expect(try await runProgram(words).status == 0)
            try await litter(vault, 2_000)
            let stopped = try await onThread {
                let process = programProcess(words, [:])
                try process.run()
                while process.isRunning, try marks(vault, "pruning").isEmpty { usleep(500) }
                kill(process.processIdentifier, signal)
                while process.isRunning { usleep(5_000) }
                return process.terminationStatus
            }
            #expect(stopped == 128 + signal)
            #expect(try marks(vault, "pruning").isEmpty && marks(vault, "running").isEmpty)
            let next = try await runProgram(words)
            #expect(next.status == 0 && next.complaint.isEmpty, "\(next.complaint)")
            #expect(try await runProgram(["restore", "--verify", "--from", vault]).status == 0)
        }
    }

    @Test func `a place that cannot be one keeps the server from starting`() async throws {
        try await withTemporaryDirectory { folder in
            for (place, complaint) in [
                (folder + "/data/objects/backups", "within the objects"), (folder + "/data", "holds the objects"),
                (folder, "holds the objects"), ("backups", "a whole path"),
            ] {
                let words = ["doctor", "--data-dir", folder + "/data"]
                let outcome = try await runProgram(words, environment: ["HEDGEROW_BACKUP_TO": place])
                #expect(
                    outcome.status == 2 && outcome.complaint.contains(complaint),
                    "\(place): \(outcome.complaint)"
                )
            }
            try FileManager.default.createDirectory(atPath: folder + "/data/objects", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link",
                withDestinationPath: folder + "/data/objects"
            )
            let words = ["serve", "--port", "0", "--data-dir", folder + "/data"]
            let environment = ["HEDGEROW_BACKUP_TO": folder + "/link/../objects/not/there"]
            let outcome = try await runProgram(words, environment: environment)
            #expect(outcome.status == 2 && outcome.complaint.contains("within the objects"), "\(outcome.complaint)")
        }
    }

    @Test func `a place that is away is said by health, the log and doctor, and made by none of them`() async throws {
        try await withTemporaryDirectory { folder in
            try Data().write(to: URL(filePath: folder + "/file"))
            for place in [folder + "/none/vault", folder + "/file"] {
                let environment = Self.key.merging(["HEDGEROW_BACKUP_TO": place]) { $1 }
                let server = try await ServerProcess(dataFolder: folder, environment: environment)
                try await server.waitUntilReady()
                try await eventually("health says so") { try part(of: server)["status"] as? String == "degraded" }
                let detail = try part(of: server)["detail"] as? String ?? ""
                #expect(detail.contains("backup_to") && !detail.contains(folder))
                #expect(try server.request("GET", "/health/ready").status == 200)
                #expect(server.logText.contains("backups cannot be made"))
                let doctor = try await runProgram(["doctor", "--data-dir", folder], environment: environment).answer
                #expect(doctor.contains("WRONG  backup: files in \(place)"), "\(doctor)")
                _ = await server.stop()
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
        }
    }

    @Test func `a place that is well is said to be, with the age of the latest backup`() async throws {
        try await withTemporaryDirectory { folder in
            let environment = Self.key.merging(["HEDGEROW_BACKUP_TO": folder + "/vault"]) { $1 }
            let words = ["--data-dir", folder + "/data"]
            try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: false)
            let server = try await ServerProcess(dataFolder: folder + "/data", environment: environment)
            try await server.waitUntilReady()
            #expect(try part(of: server)["status"] as? String == "healthy")
            _ = await server.stop()
            let early = try await runProgram(["doctor"] + words, environment: environment).answer
            #expect(early.contains("ok     backup: files in \(folder)/vault, none yet"), "\(early)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/vault"))
            #expect(try await runProgram(["backup"] + words, environment: environment).status == 0)
            let later = try await runProgram(["doctor"] + words, environment: environment).answer
            #expect(later.contains("ok     backup: ") && later.contains("0 hours old"), "\(later)")
        }
    }

    private func part(of server: ServerProcess) throws -> [String: Any] {
        let checks = try server.request("GET", "/health").json["checks"] as? [String: Any]
        return checks?["backup"] as? [String: Any] ?? [:]
    }

    @Test func `with a key, a backup that is not encrypted is restored only when that is asked for`() async throws {
        try await withTemporaryDirectory { folder in
            let data = ["--data-dir", folder + "/data"]
            try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: false)
            #expect(try await runProgram(["migrate", "up"] + data).status == 0)
            #expect(try await runProgram(["backup", folder + "/vault"] + data).status == 0)
            let key = ["HEDGEROW_BACKUP_KEY": "correct horse battery staple"]
            let words = ["restore", "--from", folder + "/vault", "--data-dir", folder + "/other"]
            let refused = try await runProgram(words, environment: key)
            #expect(refused.status == 1 && refused.complaint.contains("--allow-unencrypted"), "\(refused.complaint)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/other/hedgerow.db"))
            let listed = try await runProgram(words + ["--list"], environment: key)
            #expect(listed.status == 3 && listed.answer.contains("is not encrypted"), "\(listed.answer)")
            let taken = try await runProgram(words + ["--allow-unencrypted"], environment: key)
            #expect(taken.status == 0, "\(taken.complaint)")
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs"))
    func `each obstacle at the place has its own cure`() async throws {
        try await withTemporaryDirectory { folder in
            let data = ["--data-dir", folder + "/data"]
            for name in ["data", "disk"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)",
                    withIntermediateDirectories: false
                )
            }
            #expect(try await runProgram(["migrate", "up"] + data).status == 0)
            try await SmallDisk.mounted(at: folder + "/disk", bytes: 64 << 10) {
                let filler = folder + "/disk/filler"
                let words = ["backup", folder + "/disk/vault"] + data
                try? Data(count: 64 << 10).write(to: URL(filePath: filler))
                let opening = try await runProgram(words)
                #expect(opening.status == 1 && opening.complaint.contains("Cure: make room"), "\(opening.complaint)")
                #expect(!opening.complaint.contains("give it"))
                try FileManager.default.removeItem(atPath: filler)
                let objects = try await FileObjectStore(root: folder + "/data/objects")
                try await objects.put(ObjectKey("large"), bytes: patternBytes(128 << 10))
                let working = try await runProgram(words)
                #expect(working.status == 1 && working.complaint.contains("Cure: make room"), "\(working.complaint)")
            }
            let vault = folder + "/vault"
            #expect(try await runProgram(["backup", vault] + data).status == 0)
            try Data("x".utf8).write(to: URL(filePath: vault + "/links.key"))
            let damaged = try await runProgram(["backup", vault] + data)
            #expect(damaged.status == 1 && damaged.complaint.contains("Cure: remove that file"), "\(damaged.complaint)")
            try FileManager.default.removeItem(atPath: vault + "/links.key")
            #expect(try await runProgram(["backup", vault] + data).status == 0)
            let away = try await runProgram(["backup", folder + "/none/vault"] + data)
            #expect(away.status == 1 && away.complaint.contains("Cure: make it or give it"), "\(away.complaint)")
        }
    }
}
