import Core
import Foundation
import Glibc
import ObjectStore
import TestSupport
import Testing

@Suite("Files as objects") struct FileObjectStoreTests {
    @Test("Folders and files are for the owner alone") func modes() async throws {
        try await withTemporaryDirectory { folder async throws in
            let store = try await FileObjectStore(root: folder + "/s")
            let key = try ObjectKey("a/b")
            try await store.put(key, bytes: [1])
            let manager = FileManager.default
            let path = try #require(store.localPath(of: key))
            for (path, mode) in [(folder + "/s", 0o700), (folder + "/s/objects/a", 0o700), (path, 0o600)] {
                let found = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(found == mode, "\(path)")
            }
        }
    }

    @Test("Opening removes what a crash left, but not what another process is writing") func sweep() async throws {
        try await withTemporaryDirectory { folder async throws in
            let first = try await FileObjectStore(root: folder + "/s")
            let leftover = folder + "/s/incoming/leftover"
            try Data([1, 2]).write(to: URL(filePath: leftover))

            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            let key = try ObjectKey("slow")
            async let receipt = first.put(key, pieces, limit: 10, expecting: nil)
            source.yield([1])
            while try FileManager.default.contentsOfDirectory(atPath: folder + "/s/incoming").count < 2 {
                try await Task.sleep(for: .milliseconds(2))
            }
            _ = try await FileObjectStore(root: folder + "/s")
            #expect(!FileManager.default.fileExists(atPath: leftover))
            source.yield([2])
            source.finish()
            #expect(try await receipt.size == 2)
            #expect(try await first.bytes(of: key, limit: 10) == [1, 2])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/s/incoming") == [])
        }
    }

    @Test("A cancelled put leaves nothing") func cancelled() async throws {
        try await withTemporaryDirectory { folder async throws in
            let store = try await FileObjectStore(root: folder + "/s")
            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            let key = try ObjectKey("slow")
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.put(key, pieces, limit: 10, expecting: nil) }
                source.yield([1])
                group.cancelAll()
            }
            #expect(await objectFault { try await store.head(key) }?.code == .notFound)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/s/incoming") == [])
        }
    }

    @Test(
        "A full disk is a fault that leaves nothing behind",
        .enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs")
    )
    func fullDisk() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await SmallDisk.mounted(at: folder, bytes: 1 << 20) { () async throws in
                let store = try await FileObjectStore(root: folder + "/s")
                let small = try ObjectKey("small")
                let large = try ObjectKey("large")
                try await store.put(small, bytes: [1])
                let fault = await objectFault { try await store.put(large, bytes: patternBytes(2 << 20)) }
                #expect(fault?.code == .full)
                #expect(try await store.list(prefix: "", after: nil, limit: 9).map(\.key) == [small])
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/s/incoming") == [])
                try await store.put(large, bytes: patternBytes(100_000))
            }
        }
    }

    @Test("A store below a folder that is not there says so") func missingFolder() async {
        let fault = await objectFault { try await FileObjectStore(root: "/nonexistent/store") }
        #expect(fault?.code == .unavailable)
        #expect(fault?.detail.contains("/nonexistent") == true)
    }

    @Test("The health page knows a good store, a full disk and a lost folder") func health() async throws {
        try await withTemporaryDirectory { folder async throws in
            let store = try await FileObjectStore(root: folder + "/s")
            #expect(await ObjectStoreHealth(store).check().status == .healthy)
            #expect(await ObjectStoreHealth(store, lowBytes: .max).check().status == .degraded)
            try FileManager.default.removeItem(atPath: folder + "/s")
            let lost = await ObjectStoreHealth(store).check()
            #expect(lost.status == .unhealthy)
            #expect(lost.detail?.contains(folder) == false)
        }
    }

    @Test("A folder lost while the store is open is no missing object", arguments: ["", "/incoming"])
    func lostFolder(part: String) async throws {
        try await withTemporaryDirectory { folder async throws in
            let store = try await FileObjectStore(root: folder + "/s")
            try FileManager.default.removeItem(atPath: folder + "/s" + part)
            let key = try ObjectKey("a/b")
            #expect(await objectFault { try await store.put(key, bytes: [1]) }?.code == .unavailable)
            #expect(await objectFault { try await store.head(key) }?.code == .notFound)
        }
    }
}
