import Core
package import ObjectStore

/// The place where backups are kept, in a folder or a bucket.
///
/// `manifests/ID` says what a backup holds, `rows/ID/TABLE` are its rows, `lists/ID` says which objects there were; their contents,
/// shared by all backups, are `content/…/SHA256`, or `sealed/…/CODE` when they are encrypted.
package struct BackupVault: Sendable {
    let store: any ObjectStore
    let secret: BackupSecret?
    private let takesPlain: Bool

    /// With a secret, backups that are not encrypted are refused unless `takesPlain`: anybody could have made them.
    package init(_ store: any ObjectStore, secret: BackupSecret?, takesPlain: Bool = false) {
        self.store = store
        self.secret = secret
        self.takesPlain = takesPlain || secret == nil
    }

    /// The same place for whoever only wants to know which contents are needed.
    var trusting: BackupVault { BackupVault(store, secret: secret, takesPlain: true) }

    package var place: String { store.place }

    static func manifest(_ id: BackupID) throws -> ObjectKey { try ObjectKey("manifests/\(id)") }
    static func rows(_ id: BackupID, _ table: String) throws -> ObjectKey { try ObjectKey("rows/\(id)/\(table)") }
    static func list(_ id: BackupID) throws -> ObjectKey { try ObjectKey("lists/\(id)") }
    /// Of the objects that were there before the rows were read.
    static func earlyList(_ id: BackupID) throws -> ObjectKey { try ObjectKey("lists/\(id)-early") }

    static func content(_ hash: SHA256, _ seal: Seal?) throws -> ObjectKey {
        let (folder, name) = seal.map { ("sealed", $0.name(of: hash)) } ?? ("content", hash.description)
        return try ObjectKey("\(folder)/\(name.prefix(2))/\(name)")
    }

    /// Stores a file; the hash and size of what went in, before it was encrypted.
    ///
    /// - Throws: `changed`, and nothing is stored, when the content is not what was expected.
    @discardableResult
    func put(
        _ key: ObjectKey,
        _ content: some AsyncSequence<[UInt8], any Error>,
        _ seal: Seal?,
        expecting expected: Digest? = nil
    ) async throws -> Digest {
        let digesting = Digesting(base: content, expecting: expected)
        try await store.put(key, VaultUpload(base: digesting, seal: seal), limit: .max, expecting: nil)
        return digesting.digest()
    }

    /// Reads a file; `isSealed` where that is known.
    func get(_ key: ObjectKey, isSealed: Bool?) async throws -> VaultContent {
        do {
            let content = try await store.get(key)
            return VaultContent(name: "\(key)", pieces: content.pieces, secret: secret, isSealed: isSealed)
        } catch let fault as ObjectFault where fault.code == .notFound {
            throw BackupFault.damaged("\(key) is missing")
        }
    }

    /// Reads the file again and holds it against what was written.
    func verify(_ key: ObjectKey, _ wanted: Digest, isSealed: Bool) async throws {
        let content = Digesting(base: try await get(key, isSealed: isSealed))
        for try await _ in content {}
        guard content.digest() == wanted else {
            throw BackupFault.damaged("\(key) reads otherwise than it was written")
        }
    }

    /// Every backup that was finished, the oldest first.
    package func backups() async throws -> [BackupID] {
        var ids: [BackupID] = []
        for try await object in store.objects(below: "manifests/") {
            if let id = BackupID(object.key.lastWord) { ids.append(id) }
        }
        return ids.sorted()
    }

    /// What the backup holds; of the latest one when no id is given.
    package func manifest(of id: BackupID? = nil) async throws -> BackupManifest {
        let known = try await backups()
        guard let latest = known.last else { throw BackupFault.noBackup(place: place) }
        guard known.contains(id ?? latest) else { throw BackupFault.unknown(id ?? latest, known: known) }
        return try await read(id ?? latest)
    }

    func read(_ id: BackupID) async throws -> BackupManifest {
        let name = "the manifest of \(id)"
        var bytes: [UInt8] = []
        var content = try await get(Self.manifest(id), isSealed: takesPlain ? nil : true)
        content.refusal = .notEncrypted(id)
        for try await piece in content {
            bytes += piece
            guard bytes.count < 16 << 20 else { throw BackupFault.damaged("\(name) is too large") }
        }
        guard let format = try? JSON.decode(ManifestFormat.self, from: bytes).format else {
            throw BackupFault.damaged("\(name) is none")
        }
        guard format <= BackupManifest.currentFormat else { throw BackupFault.newerFormat(format) }
        guard let manifest = try? JSON.decode(BackupManifest.self, from: bytes), manifest.id == id else {
            throw BackupFault.damaged("\(name) is none")
        }
        return manifest
    }

    /// What the contents of this backup are sealed with, `nil` when they are not.
    func seal(of manifest: BackupManifest) async throws -> Seal? {
        guard let salt = manifest.salt else { return nil }
        guard let secret else { throw BackupFault.keyMissing("the backup \(manifest.id)") }
        guard let bytes = salt.hexadecimalBytes, bytes.count == SecretKey.saltSize else {
            throw BackupFault.damaged("the salt of \(manifest.id) is none")
        }
        return try await Seal(bytes, with: secret)
    }

    /// What a new backup is sealed with: as an earlier one of the same key, so that it finds the contents of that one.
    func sealForNew() async throws -> Seal? {
        guard let secret else { return nil }
        for id in try await backups().reversed().prefix(20) {
            guard let manifest = try? await read(id), manifest.isSealed, let seal = try await seal(of: manifest) else {
                continue
            }
            return seal
        }
        return try await Seal(SecretKey.salt(), with: secret)
    }
}
