import Backup
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite("A backup") struct BackupTests {
    private static let secret = "correct horse battery staple"

    @Test(
        "comes back the same, on whichever engine, encrypted or not",
        arguments: [
            (Grove.Engine.sqlite, Grove.Engine.sqlite, nil), (.sqlite, .postgres, secret), (.postgres, .sqlite, nil),
            (.postgres, .postgres, secret),
        ]
    )
    func roundTrip(from: Grove.Engine, to: Grove.Engine, secret: String?) async throws {
        try await Grove.with(from, secret: secret) { grove async throws in
            try await grove.grow(60)
            let report = try await grove.backUp()
            #expect(report.rows == 120 && report.objects == 60 && report.newObjects == 31)
            #expect(report.isEncrypted == (secret != nil))
            try await to.withURL(in: grove.folder) { url async throws in
                let database = try await Database.open(url)
                let objects = try await FileObjectStore(root: grove.folder + "/restored")
                let restored = try await grove.restoring()(nil, into: database, objects)
                #expect(restored.rows == 120 && restored.objects == 60)
                let schema = try await grove.schema
                for table in schema.tables {
                    let wanted = try await grove.database.read { try await $0.checksum(of: table) }
                    let found = try await database.read { try await $0.checksum(of: table) }
                    #expect(wanted == found)
                }
                let keys = try await grove.objects.list(prefix: "", after: nil, limit: 1_000).map(\.key)
                #expect(try await objects.list(prefix: "", after: nil, limit: 1_000).map(\.key) == keys)
                for key in keys {
                    let wanted = try await grove.objects.bytes(of: key, limit: 10_000)
                    let found = try await objects.bytes(of: key, limit: 10_000)
                    #expect(wanted == found)
                }
                // The index of words was made anew.
                let engine = database.engine
                let pattern = try #require(Grove.words.pattern(for: "leaf nº 59", engine))
                let hits = try await database.query(
                    "SELECT id FROM leaf WHERE \(Grove.words.condition(engine, parameter: 1))",
                    [pattern]
                )
                #expect(hits.count == 1)
                await database.close()
            }
            // Nothing of it can be read without the key.
            if secret != nil {
                for key in try await grove.files() where !"\(key)".hasPrefix("running/") {
                    let bytes = try await FileObjectStore(root: grove.folder + "/vault").bytes(of: key, limit: 1 << 20)
                    #expect(bytes.starts(with: "HEDGESEAL1".utf8), "\(key)")
                }
            }
        }
    }

    @Test("copies only the objects that are new, and is complete all the same", arguments: [nil, secret])
    func incremental(secret: String?) async throws {
        try await Grove.with(secret: secret) { grove async throws in
            try await grove.grow(10)
            #expect(try await grove.backUp().newObjects == 6)
            let prefix = secret == nil ? "content/" : "sealed/"
            let before = try await grove.files(below: prefix)
            let again = try await grove.backUp()
            #expect(again.newObjects == 0 && again.objects == 10)
            try await grove.objects.put(ObjectKey("leaves/new"), bytes: [7])
            try await grove.objects.put(ObjectKey("leaves/known"), bytes: [1, 2, 3])
            let third = try await grove.backUp()
            #expect(third.newObjects == 1 && third.newObjectBytes == 1 && third.objects == 12)
            #expect(try await Set(grove.files(below: prefix)).subtracting(before).count == 1)
            for id in try await grove.vault.backups() { try await grove.verify(id) }
            // Replaced by another content of the same size, at once.
            try await grove.objects.put(ObjectKey("leaves/new"), bytes: [8])
            #expect(try await grove.backUp().newObjects == 1)
        }
    }

    @Test("is refused by a database or a store that is not empty, and neither is touched") func refusals() async throws
    {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            _ = try await grove.backUp()
            let other = try await FileObjectStore(root: grove.folder + "/other")
            let rows = await backupFault { try await grove.restoring()(nil, into: grove.database, other) }
            #expect(rows == .rowsInTarget(table: "twig"))
            #expect(try await other.list(prefix: "", after: nil, limit: 1).isEmpty)

            let empty = try await Database.open("sqlite:\(grove.folder)/empty.db")
            try await other.put(ObjectKey("leaves/theirs"), bytes: [1])
            let objects = await backupFault { try await grove.restoring()(nil, into: empty, other) }
            #expect(objects == .objectsInTarget(key: "leaves/theirs"))
            #expect(try await empty.read { try await $0.tableNames() }.isEmpty)
            try await other.delete(ObjectKey("leaves/theirs"))

            try await empty.execute("CREATE TABLE theirs (a INTEGER)")
            let tables = await backupFault { try await grove.restoring()(nil, into: empty, other) }
            #expect(tables == .otherTables("theirs"))
            await empty.close()
        }
    }

    @Test("that was restored in part is restored by the same command again", arguments: Grove.Engine.allCases)
    func again(engine: Grove.Engine) async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(40)
            _ = try await grove.backUp()
            let vault = grove.vault
            try await engine.withURL(in: grove.folder) { url async throws in
                for stop in ["objects", "rows of leaf"] {
                    let root = grove.folder + "/restored"
                    let task = Task {
                        let database = try await Database.open(url)
                        let objects = try await FileObjectStore(root: root)
                        let restoring = RestoreBackup(
                            from: vault,
                            migrations: Grove.migrations,
                            indexes: [Grove.words]
                        )
                        _ = try await restoring(nil, into: database, objects) { doing, done, _ in
                            if doing == stop, done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                    }
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                let database = try await Database.open(url)
                let objects = try await FileObjectStore(root: grove.folder + "/restored")
                let names = try await database.read { try await $0.tableNames() }
                if names.contains("leaf") {
                    let count: Int = try await database.read { try await $0.value("SELECT count(*) FROM leaf") }
                    #expect(count == 0)
                }
                #expect(try await grove.restoring()(nil, into: database, objects).rows == 80)
                await database.close()
            }
        }
    }

    @Test("of an older version is restored and brought up to date; of a newer one it is refused by its version")
    func versions() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(3)
            _ = try await grove.backUp()
            let later = Migration(
                feature: "grove",
                number: 3,
                name: "later",
                up: "ALTER TABLE leaf ADD COLUMN eaten {boolean}",
                down: nil
            )
            let database = try await Database.open("sqlite:\(grove.folder)/later.db")
            let objects = try await FileObjectStore(root: grove.folder + "/restored")
            let newer = grove.restoring(migrations: Grove.migrations + [later])
            _ = try await newer(nil, into: database, objects)
            #expect(try await database.query("SELECT eaten FROM leaf").count == 3)
            await database.close()

            let older = RestoreBackup(from: grove.vault, migrations: [Grove.migrations[0]], indexes: [])
            let scratch = try await Database.open("sqlite::memory:")
            let fault = await backupFault { try await older.verify(nil, in: scratch) }
            #expect(fault == .newerProgram(step: "grove/2", version: "1.2.3"))
            let edited = Migration(feature: "grove", number: 1, name: "leaves", up: "SELECT 1", down: nil)
            let changed = RestoreBackup(from: grove.vault, migrations: [edited, Grove.migrations[1]], indexes: [])
            #expect(await backupFault { try await changed.verify(nil, in: scratch) } == .changedStep("grove/1"))
            await scratch.close()
        }
    }

    @Test("is consistent while everything is being written", .timeLimit(.minutes(5)), arguments: Grove.Engine.allCases)
    func busy(engine: Grove.Engine) async throws {
        try await Grove.with(engine) { grove async throws in
            try await grove.grow(20)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        do { try await grove.grow(5) } catch is CancellationError { return }
                    }
                }
                for _ in 0..<4 {
                    let report = try await grove.backUp()
                    let database = try await Database.open("sqlite:\(grove.folder)/\(report.id).db")
                    let objects = try await FileObjectStore(root: "\(grove.folder)/\(report.id)")
                    _ = try await grove.restoring()(report.id, into: database, objects)
                    for row in try await database.query("SELECT picture FROM leaf") {
                        _ = try await objects.head(ObjectKey(row["picture"]))
                    }
                    await database.close()
                }
                group.cancelAll()
            }
        }
    }
}
