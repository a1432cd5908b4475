package import Core

/// Keeps pictures, models and exports: whole objects under keys, replaced or removed at once and never seen in part.
package protocol ObjectStore: Sendable {
    /// Stores what `content` yields and returns once it is durable; replaces an object of the same key.
    ///
    /// More bytes than `limit` are refused with `tooLarge`, content with another hash with `hashMismatch`; a `nil` hash
    /// accepts any content.
    @discardableResult
    func put(
        _ key: ObjectKey,
        _ content: some AsyncSequence<[UInt8], any Error>,
        limit: Int64,
        expecting hash: SHA256?
    ) async throws -> PutReceipt

    /// Stores `bytes` and returns once they are durable.
    @discardableResult
    func put(_ key: ObjectKey, bytes: [UInt8], expecting hash: SHA256?) async throws -> PutReceipt

    /// Opens the object, or the part of it within `range`, for reading in pieces.
    func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> ObjectContent

    /// The object's size and time; throws `notFound`.
    func head(_ key: ObjectKey) async throws -> ObjectSummary

    /// Removes the object durably; it is no fault when there is none.
    func delete(_ key: ObjectKey) async throws

    /// Objects whose key begins with `prefix` and sorts after `last`, in order of key, at most `limit`.
    func list(prefix: String, after last: ObjectKey?, limit: Int) async throws -> [ObjectSummary]

    /// Where the object lies as a local file, for servers that send files themselves; `nil` for a remote store.
    func localPath(of key: ObjectKey) -> String?

    /// An address under which whoever has it may read the object for a while: a path of our own server, or a whole
    /// address elsewhere. It says nothing about whether there is such an object.
    func link(to key: ObjectKey, for lifetime: Duration) async throws -> String

    /// Proves that the store can be used.
    func probe() async throws -> StoreCondition

    /// Removes, or only counts, what puts that never ended left behind before that moment.
    func removeUnfinished(before moment: Timestamp, dryRun: Bool) async throws -> Int

    /// The sort of store in one word, safe to show to anyone: `files` or `s3`.
    var kind: String { get }

    /// Where the objects are, for the operator; no secret is in it.
    var place: String { get }
}

/// How a store is that can be used.
package struct StoreCondition: Hashable, Sendable {
    /// Of the disk; `nil` where nobody can say.
    package let freeBytes: Int64?

    package init(freeBytes: Int64?) { self.freeBytes = freeBytes }
}

/// What a store says about a finished put.
package struct PutReceipt: Hashable, Sendable {
    package let key: ObjectKey
    package let size: Int64
    package let hash: SHA256

    package init(key: ObjectKey, size: Int64, hash: SHA256) {
        self.key = key
        self.size = size
        self.hash = hash
    }
}

/// An object without its content.
package struct ObjectSummary: Hashable, Sendable {
    package let key: ObjectKey
    package let size: Int64
    package let modified: Timestamp

    package init(key: ObjectKey, size: Int64, modified: Timestamp) {
        self.key = key
        self.size = size
        self.modified = modified
    }
}

extension ObjectStore {
    package func get(_ key: ObjectKey) async throws -> ObjectContent { try await get(key, range: nil) }

    @discardableResult
    package func put(_ key: ObjectKey, bytes: [UInt8]) async throws -> PutReceipt {
        try await put(key, bytes: bytes, expecting: nil)
    }

    /// The whole object in memory, at most `limit` bytes; checked when a hash is given.
    package func bytes(of key: ObjectKey, limit: Int64, expecting hash: SHA256? = nil) async throws -> [UInt8] {
        let content = try await get(key)
        guard content.summary.size <= limit else {
            throw ObjectFault(.tooLarge, "\(key) has \(content.summary.size) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(content.summary.size))
        for try await piece in content.pieces { bytes += piece }
        if let hash, SHA256(of: bytes) != hash { throw ObjectFault(.hashMismatch, "\(key) is damaged") }
        return bytes
    }
}
