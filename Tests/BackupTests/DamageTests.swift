import Backup
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite("A damaged backup") struct DamageTests {
    private static let secret = "correct horse battery staple"

    @Test(
        "is found out by any flipped byte, cut end or missing file",
        arguments: ["manifests/", "rows/", "lists/", "content"],
        [nil, secret]
    )
    func damage(part: String, secret: String?) async throws {
        try await Grove.with(secret: secret) { grove async throws in
            try await grove.grow(6)
            let id = try await grove.backUp().id
            try await grove.verify()
            let prefix = part != "content" ? part : secret == nil ? "content/" : "sealed/"
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            for key in try await grove.files(below: prefix) {
                let path = try #require(store.localPath(of: key))
                let whole = try Data(contentsOf: URL(filePath: path))
                var spoilt: [Data] = []
                for place in [0, whole.count / 2, whole.count - 1] {
                    var bytes = whole
                    bytes[place] ^= 0x10
                    spoilt.append(bytes)
                }
                spoilt += [whole.dropLast(), whole + [0], Data()]
                for bytes in spoilt {
                    try Data(bytes).write(to: URL(filePath: path))
                    let outcome = await Result { try await grove.verify(id) }
                    guard case .failure(let error) = outcome else {
                        // A manifest has values that prove nothing, such as the program's version.
                        #expect(part == "manifests/" && secret == nil, "\(key) of \(bytes.count) bytes passed")
                        continue
                    }
                    #expect(error is BackupFault, "\(key): \(error)")
                }
                try FileManager.default.removeItem(atPath: path)
                #expect(await backupFault { try await grove.verify(id) } != nil)
                try whole.write(to: URL(filePath: path))
            }
            try await grove.verify(id)
        }
    }

    @Test("with the wrong key, or none, says which key it wants") func keys() async throws {
        try await Grove.with(secret: Self.secret) { grove async throws in
            try await grove.grow(2)
            let first = try await grove.backUp().id
            for secret in ["another horse battery staple", nil] {
                let vault = try await Grove.vault(grove.folder + "/vault", secret: secret)
                let fault = await backupFault { try await grove.verify(in: vault) }
                #expect(fault?.isAboutKeys == true)
                let text = fault.map { "\($0)" } ?? ""
                #expect(text.contains("HEDGEROW_BACKUP_KEY") && !text.contains("horse"), "\(text)")
            }
            // A backup with another key stands beside the first one and takes nothing from it.
            let vault = try await Grove.vault(grove.folder + "/vault", secret: "another horse battery staple")
            let other = try await grove.backUp(into: vault, keepDays: 1)
            #expect(other.newObjects == 2 && other.clearingUp?.contains("another key") == true)
            try await grove.verify(other.id, in: vault)
            try await grove.verify(first)
        }
    }

    @Test(
        "that was killed half way is none; the one before it stays, and the next one is whole",
        arguments: ["objects", "rows of leaf"]
    )
    func killed(stage: String) async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(30)
            let first = try await grove.backUp().id
            try await grove.objects.put(ObjectKey("leaves/new"), bytes: [7])
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = grove.folder as String, stage = stage as String, url = "sqlite:" as String] in
                let file =
                    try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".db") } ?? ""
                let copy = Grove(
                    database: try await Database.open("\(url)\(folder)/\(file)"),
                    objects: try await FileObjectStore(root: folder + "/objects"),
                    vault: try await Grove.vault(folder + "/vault"),
                    folder: folder
                )
                _ = try await copy.backUp { doing, done, _ in
                    if doing == stage, done > 0 { kill(getpid(), SIGKILL) }
                }
            }
            #expect(try await grove.vault.backups() == [first])
            try await grove.verify()
            let next = try await grove.backUp(keepDays: 30)
            #expect(next.clearingUp?.contains("another backup") == true)
            try await grove.verify(next.id)
            // A day later what the killed one left is cleared up.
            for mark in try await grove.files(below: "running/") { try await grove.age(mark, by: 1_000) }
            let clock = WallClock { .now() + .seconds(100_000) }
            #expect(try await grove.backUp(keepDays: 30, clock: clock).clearingUp == nil)
            let left = try await grove.files(below: "rows/").map { "\($0)".split(separator: "/")[1] }
            #expect(try await Set(left).count == grove.vault.backups().count)
            #expect(try await grove.files(below: "running/").isEmpty)
        }
    }

    @Test(
        "does not keep the next one from being made and being whole",
        arguments: ["manifests/", "lists/", "content/"]
    )
    func next(part: String) async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            _ = try await grove.backUp()
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            for key in try await grove.files(below: part) { try await store.delete(key) }
            let id = try await grove.backUp().id
            try await grove.verify(id)
        }
    }

    @Test(
        "cannot come of a full disk: the one before it stays, and there is room again for the next",
        .enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs")
    )
    func fullDisk() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            let disk = grove.folder + "/disk"
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
            try await SmallDisk.mounted(at: disk, bytes: 1 << 20) { () async throws in
                let vault = try await Grove.vault(disk + "/vault")
                let first = try await grove.backUp(into: vault).id
                let large = try ObjectKey("leaves/large")
                try await grove.objects.put(large, bytes: patternBytes(2 << 20))
                let fault = await #expect(throws: ObjectFault.self) { try await grove.backUp(into: vault) }
                #expect(fault?.code == .full)
                #expect(try await vault.backups() == [first])
                try await grove.verify(first, in: vault)
                try await grove.objects.delete(large)
                let second = try await grove.backUp(into: vault).id
                try await grove.verify(second, in: vault)
            }
        }
    }

    @Test("that is not there is said, with those that are") func absent() async throws {
        try await Grove.with { grove async throws in
            #expect(await backupFault { try await grove.verify() } == .noBackup(place: grove.vault.place))
            let id = try await grove.backUp().id
            let other = try #require(BackupID("2020-01-01T000000Z-0000"))
            #expect(await backupFault { try await grove.verify(other) } == .unknown(other, known: [id]))
            try await grove.database.execute("DELETE FROM schema_migrations WHERE number = 2")
            let behind = await #expect(throws: MigrationFault.self) { try await grove.backUp() }
            #expect(behind == .pending("grove/2 words"))
            try await grove.database.execute("CREATE TABLE unfinished_copy (name TEXT)")
            let half = await #expect(throws: MigrationFault.self) { try await grove.backUp() }
            #expect(half == .halfCopied)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
