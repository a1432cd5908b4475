import Core
import ObjectStore
import Synchronization

/// Puts the contents of objects into the vault, each once.
final class ContentKeeper: Sendable {
    struct Kept: Sendable {
        /// As the object was when it was read.
        let summary: ObjectSummary?
        let digest: Digest
        let isNew: Bool
    }

    private let vault: BackupVault
    private let seal: Seal?
    /// Names of contents that are there.
    private let known: Mutex<Set<String>>
    /// Up to here an object is read once and held; a larger one is read twice.
    private static let held: Int64 = 4 << 20
    private static let tries = 3

    init(_ vault: BackupVault, _ seal: Seal?) async throws {
        self.vault = vault
        self.seal = seal
        known = Mutex(try await Self.names(in: vault, seal))
    }

    func has(_ hash: SHA256) -> Bool { known.withLock { $0.contains(name(of: hash)) } }

    /// Sees that all contents of the list are there at the end too, whatever others made of this backup's mark.
    func prove(_ list: ObjectKey) async throws {
        let there = try await Self.names(in: vault, seal)
        for try await entry in ObjectEntries(try await vault.get(list, isSealed: seal != nil)) {
            guard there.contains(name(of: entry.hash)) else {
                throw BackupFault.contentRemoved("\(try BackupVault.content(entry.hash, seal))")
            }
        }
    }

    private func name(of hash: SHA256) -> String { seal?.name(of: hash) ?? hash.description }

    private static func names(in vault: BackupVault, _ seal: Seal?) async throws -> Set<String> {
        var names: Set<String> = []
        for try await object in vault.store.objects(below: seal == nil ? "content/" : "sealed/") {
            names.insert(object.key.lastWord)
        }
        return names
    }

    /// Keeps what the object holds now; `nil` when it has vanished.
    func keep(_ key: ObjectKey, of objects: any ObjectStore) async throws -> Kept? {
        for attempt in 1... {
            do {
                return try await keepOnce(key, of: objects)
            } catch let fault as ObjectFault where fault.code == .notFound {
                return nil
            } catch let fault as ObjectFault
                where fault.code == .changed && attempt < Self.tries
            {
                // It was replaced while it was read.
                continue
            }
        }
        return nil
    }

    private func keepOnce(_ key: ObjectKey, of objects: any ObjectStore) async throws -> Kept {
        let content = try await objects.get(key)
        var pieces: [[UInt8]] = []
        let isHeld = content.summary.size <= Self.held
        var hasher = SHA256.Hasher()
        var bytes: Int64 = 0
        for try await piece in content.pieces {
            hasher.update(piece)
            bytes += Int64(piece.count)
            if isHeld { pieces.append(piece) }
        }
        let digest = Digest(sha256: hasher.finalize(), bytes: bytes)
        let place = try BackupVault.content(digest.sha256, seal)
        // What is held cannot change any more, so another task may count on it; if this put fails, so does the backup.
        let isNew = isHeld ? claim(place) : !has(digest.sha256)
        guard isNew else { return Kept(summary: content.summary, digest: digest, isNew: false) }
        if isHeld {
            try await vault.put(place, Pieces(pieces), seal, expecting: digest)
        } else {
            try await vault.put(place, objects.get(key).pieces, seal, expecting: digest)
        }
        try await vault.verify(place, digest, isSealed: seal != nil)
        return Kept(summary: content.summary, digest: digest, isNew: isHeld || claim(place))
    }

    /// `false` when it was there before.
    private func claim(_ place: ObjectKey) -> Bool { known.withLock { $0.insert(place.lastWord).inserted } }
}

/// Pieces that are all there.
struct Pieces: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private let pieces: [[UInt8]]

    init(_ pieces: [[UInt8]]) { self.pieces = pieces }

    func makeAsyncIterator() -> Iterator { Iterator(pieces: pieces[...]) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error
        var pieces: ArraySlice<[UInt8]>
        mutating func next() async throws -> [UInt8]? { pieces.popFirst() }
    }
}
