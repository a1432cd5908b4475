import Core
import ObjectStore

/// Puts the objects of a backup back, or only reads them.
struct RestoreObjects: Sendable {
    private let vault: BackupVault
    private let manifest: BackupManifest
    private let seal: Seal?

    /// Objects on their way at the same time.
    private static let width = 8

    init(_ vault: BackupVault, _ manifest: BackupManifest, seal: Seal?) {
        self.vault = vault
        self.manifest = manifest
        self.seal = seal
    }

    /// - Throws: `objectsInTarget` for an object that is not what the backup has under its key.
    func checkIsEmpty(_ objects: any ObjectStore) async throws {
        var found = objects.objects(below: "").makeAsyncIterator()
        var next = try await found.next()
        if next == nil { return }
        for try await entry in try await list() {
            while let object = next, object.key < entry.key {
                throw BackupFault.objectsInTarget(key: "\(object.key)")
            }
            guard let object = next, object.key == entry.key else { continue }
            guard object.size == entry.size else { throw BackupFault.objectsInTarget(key: "\(object.key)") }
            next = try await found.next()
        }
        if let object = next { throw BackupFault.objectsInTarget(key: "\(object.key)") }
    }

    func restore(into objects: any ObjectStore, _ progress: MakeBackup.Progress) async throws {
        try await forEach(progress) { entry in
            if let there = try await Self.digest(of: entry.key, in: objects) {
                guard there.sha256 == entry.hash else { throw BackupFault.objectsInTarget(key: "\(entry.key)") }
                return
            }
            do {
                try await objects.put(entry.key, content(of: entry), limit: entry.size, expecting: entry.hash)
            } catch let fault as ObjectFault where fault.code == .hashMismatch || fault.code == .tooLarge {
                throw BackupFault.damaged("the content of \(entry.key) was changed")
            }
        }
    }

    func verify(_ progress: MakeBackup.Progress) async throws {
        try await forEach(progress) { entry in
            let content = Digesting(base: try await content(of: entry))
            for try await _ in content {}
            guard content.digest() == Digest(sha256: entry.hash, bytes: entry.size) else {
                throw BackupFault.damaged("the content of \(entry.key) was changed")
            }
        }
    }

    private func list() async throws -> ObjectEntries {
        ObjectEntries(try await vault.get(BackupVault.list(manifest.id), isSealed: manifest.isSealed))
    }

    private func content(of entry: ObjectEntry) async throws -> VaultContent {
        try await vault.get(BackupVault.content(entry.hash, seal), isSealed: seal != nil)
    }

    private func forEach(
        _ progress: MakeBackup.Progress,
        _ body: @escaping @Sendable (ObjectEntry) async throws -> Void
    ) async throws {
        let entries = try await list()
        var done = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            for try await entry in entries {
                if running == Self.width {
                    try await group.next()
                    running -= 1
                    done += 1
                    progress("objects", done, manifest.objects.count)
                }
                running += 1
                group.addTask { try await body(entry) }
            }
            try await group.waitForAll()
        }
        let digest = entries.rows.content.digest()
        guard digest.sha256.description == manifest.objects.sha256 else {
            throw BackupFault.damaged("the list of objects has another SHA-256 than the manifest says")
        }
        progress("objects", manifest.objects.count, manifest.objects.count)
    }

    private static func digest(of key: ObjectKey, in objects: any ObjectStore) async throws -> Digest? {
        do {
            let content = Digesting(base: try await objects.get(key).pieces)
            for try await _ in content {}
            return content.digest()
        } catch let fault as ObjectFault where fault.code == .notFound {
            return nil
        }
    }
}
