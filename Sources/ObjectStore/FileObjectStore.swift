package import Core
import Glibc

/// Objects as files below one folder: written under another name, synced, then renamed into place.
///
/// The object `a/b/name` is the file `objects/a/b/~xx/name`, where `xx` comes from a hash of the name: no folder grows past
/// a 256th of its siblings. Keys have no `~`, so the two kinds of folder never meet.
package final class FileObjectStore: ObjectStore {
    private let root: String
    private let pool: WorkPool
    /// Makes and checks links to objects here.
    package let links: ObjectLinks

    private var incoming: String { root + "/incoming" }
    private var objects: String { root + "/objects" }

    /// Makes the folders where they are missing and removes what crashed puts left behind.
    package init(
        root: String,
        pool: WorkPool = WorkPool(name: "objects", width: 4, depth: 1_000),
        clock: WallClock = .system
    ) async throws {
        self.root = root
        self.pool = pool
        let key = try await pool.run {
            let incoming = root + "/incoming"
            for folder in [root, incoming, root + "/objects"] { try Folder.make(folder) }
            try Folder.sync(root)
            try PartialFile.sweep(incoming)
            return try LinkKeyFile.read(in: root)
        }
        links = ObjectLinks(key: key, clock: clock)
    }

    package var kind: String { "files" }
    package var place: String { "files in \(root)" }

    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ content: some AsyncSequence<[UInt8], any Error>,
        limit: Int64,
        expecting hash: SHA256? = nil
    ) async throws -> PutReceipt {
        let file = try await pool.run { [incoming] in try PartialFile(in: incoming) }
        for try await piece in content {
            guard file.size + Int64(piece.count) <= limit else {
                throw ObjectFault(.tooLarge, "\(key) has more than \(limit) bytes")
            }
            try await pool.run { try file.append(piece) }
        }
        return try await pool.run { try self.finish(file, as: key, expecting: hash) }
    }

    @discardableResult
    package func put(_ key: ObjectKey, bytes: [UInt8], expecting hash: SHA256?) async throws -> PutReceipt {
        try await pool.run {
            let file = try PartialFile(in: self.incoming)
            try file.append(bytes)
            return try self.finish(file, as: key, expecting: hash)
        }
    }

    package func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> ObjectContent {
        let path = path(of: key)
        let (file, summary) = try await pool.run { try OpenFile.open(path, key: key) }
        let whole = 0..<summary.size
        let part = range ?? whole
        guard part.lowerBound >= 0, part.upperBound <= summary.size, !part.isEmpty || range == nil else {
            throw ObjectFault(.invalidRange, "\(part) of \(key), which has \(summary.size) bytes")
        }
        return ObjectContent(summary: summary, range: part) { [pool] offset, count in
            try await pool.run { try file.read(at: offset, count: count) }
        }
    }

    package func head(_ key: ObjectKey) async throws -> ObjectSummary {
        let path = path(of: key)
        return try await pool.run { try OpenFile.open(path, key: key).summary }
    }

    package func delete(_ key: ObjectKey) async throws {
        let path = path(of: key)
        let folder = folder(of: key)
        try await pool.run {
            guard unsafe unlink(path) == 0 else {
                if errno == ENOENT || errno == ENOTDIR { return }
                throw ObjectFault.system("removing \(key)")
            }
            try Folder.sync(folder)
        }
    }

    package func list(prefix: String, after last: ObjectKey?, limit: Int) async throws -> [ObjectSummary] {
        try await pool.run { [objects] in
            var listing = ObjectListing(root: objects, prefix: prefix, after: last?.text, limit: limit)
            return try listing.run()
        }
    }

    package func localPath(of key: ObjectKey) -> String? { path(of: key) }

    /// A target on our own server, which App's route answers.
    package func link(to key: ObjectKey, for lifetime: Duration) async throws -> String {
        links.target(for: key, lifetime: lifetime)
    }

    /// Proves that the store can be written.
    package func probe() async throws -> StoreCondition {
        try await pool.run { [incoming] in
            let file = try PartialFile(in: incoming)
            try file.append([0])
            return StoreCondition(freeBytes: try Folder.freeBytes(incoming))
        }
    }

    package func removeUnfinished(before moment: Timestamp, dryRun: Bool) async throws -> Int {
        try await pool.run { [incoming] in try PartialFile.sweep(incoming, before: moment, dryRun: dryRun) }
    }

    private func finish(_ file: PartialFile, as key: ObjectKey, expecting hash: SHA256?) throws -> PutReceipt {
        let folder = folder(of: key)
        try Folder.makeAll(folder, below: objects)
        let (size, found) = try file.commit(to: path(of: key), expecting: hash)
        try Folder.sync(folder)
        return PutReceipt(key: key, size: size, hash: found)
    }

    private func folder(of key: ObjectKey) -> String {
        let words = key.words
        let fan = SHA256(of: Array((words.last ?? "").utf8)).bytes.prefix(1).hexadecimal
        return ([objects[...]] + words.dropLast() + ["~\(fan)"]).joined(separator: "/")
    }

    private func path(of key: ObjectKey) -> String { "\(folder(of: key))/\(key.words.last ?? "")" }
}
