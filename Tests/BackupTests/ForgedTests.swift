import Backup
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite("With a key, a backup that is not encrypted") struct ForgedTests {
    private static let secret = "correct horse battery staple"

    @Test("is refused by its name, and taken only when that is asked for") func refused() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            let id = try await grove.backUp().id
            let keyed = try await Grove.vault(grove.folder + "/vault", secret: Self.secret)
            let fault = await backupFault { try await grove.verify(in: keyed) }
            #expect(fault == .notEncrypted(id))
            #expect(fault.map { "\($0)" }?.contains("--allow-unencrypted") == true)
            let database = try await Database.open("sqlite::memory:")
            let objects = try await FileObjectStore(root: grove.folder + "/restored")
            let restored = await backupFault { try await grove.restoring(from: keyed)(nil, into: database, objects) }
            #expect(restored == .notEncrypted(id))
            let names = try await database.read { try await $0.tableNames() }
            #expect(names.isEmpty)
            let asked = try await Grove.vault(grove.folder + "/vault", secret: Self.secret, takesPlain: true)
            _ = try await grove.restoring(from: asked)(nil, into: database, objects)
            await database.close()
        }
    }

    @Test("lends the next one nothing: what it says of an object is not believed") func ignored() async throws {
        try await Grove.with(secret: Self.secret) { grove async throws in
            let (leaf, other) = (try ObjectKey("leaves/one"), try ObjectKey("leaves/two"))
            let theirs = try await FileObjectStore(root: grove.folder + "/theirs")
            let long = Date(timeIntervalSinceNow: -3_600)
            for (store, content) in [(grove.objects, [1] as [UInt8]), (theirs, [2])] {
                try await store.put(leaf, bytes: content)
                try await store.put(other, bytes: [2])
                for key in [leaf, other] {
                    let path = try #require(store.localPath(of: key))
                    try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: path)
                }
            }
            _ = try await grove.backUp()
            let forger = Grove(
                database: grove.database,
                objects: theirs,
                vault: try await Grove.vault(grove.folder + "/vault"),
                folder: grove.folder
            )
            // A moment later, so that it is the latest.
            _ = try await forger.backUp(clock: WallClock { .now() + .seconds(5) })
            let next = try await grove.backUp(clock: WallClock { .now() + .seconds(10) })
            let database = try await Database.open("sqlite::memory:")
            let restored = try await FileObjectStore(root: grove.folder + "/restored")
            _ = try await grove.restoring()(next.id, into: database, restored)
            await database.close()
            let bytes = try await restored.bytes(of: leaf, limit: 10)
            #expect(bytes == [1])
        }
    }

    @Test("keeps its contents for as long as it stays") func kept() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            let plain = try await grove.backUp().id
            let keyed = try await Grove.vault(grove.folder + "/vault", secret: Self.secret)
            let sealed = try await grove.backUp(into: keyed, keepDays: 30)
            #expect(sealed.isEncrypted && sealed.newObjects == 3 && sealed.clearingUp == nil)
            try await grove.verify(sealed.id, in: keyed)
            try await grove.verify(plain)
        }
    }

    @Test("does not pass for an encrypted one by saying so") func disguised() async throws {
        try await Grove.with(secret: Self.secret) { grove async throws in
            try await grove.grow(2)
            let id = try await grove.backUp().id
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            let text = """
                {"format": 1, "id": "\(id)", "program_version": "1.2.3", "engine": "sqlite", "migrations": [], "tables": [],
                "started_at": "2026-05-14T09:12:00Z", "finished_at": "2026-05-14T09:12:00Z",
                "objects": {"count": 0, "bytes": 0, "sha256": ""}, "salt": "00112233445566778899aabbccddeeff"}
                """
            try await store.put(ObjectKey("manifests/\(id)"), bytes: Array(text.utf8))
            #expect(await backupFault { try await grove.verify() } == .notEncrypted(id))
        }
    }
}
