import Core
import Outbound
import Synchronization

/// Puts one object: at once when it is small, else in parts that become an object only when all are there.
struct S3Upload: Sendable {
    let client: S3Client
    let key: ObjectKey
    let limit: Int64
    /// Bytes of one part, and half of what is put at once.
    let partSize: Int
    /// Parts on their way at the same time.
    let width: Int
    /// For hashing, which would hold up the cooperative pool.
    let pool: WorkPool

    static let mostParts = 10_000

    private var name: String { client.location.name(of: key) }
    private var doing: String { "putting \(key)" }

    func callAsFunction(
        _ content: some AsyncSequence<[UInt8], any Error>,
        expecting hash: SHA256?
    ) async throws -> PutReceipt {
        var source = Source(content.makeAsyncIterator(), limit: limit, key: key)
        try await source.fill(2 * partSize + 1)
        if source.content.count <= 2 * partSize {
            return try await atOnce(source.content, expecting: hash)
        }
        return try await inParts(&source, expecting: hash)
    }

    func atOnce(_ bytes: [UInt8], expecting expected: SHA256?) async throws -> PutReceipt {
        let hash = try await pool.run { SHA256(of: bytes) }
        try Self.check(hash, expected)
        _ = try await client.send(.init(method: .put, name: name, body: bytes, hash: hash, doing: doing))
        return PutReceipt(key: key, size: Int64(bytes.count), hash: hash)
    }

    private func inParts<Content: AsyncIteratorProtocol>(
        _ source: inout Source<Content>,
        expecting expected: SHA256?
    ) async throws -> PutReceipt where Content.Element == [UInt8] {
        // Recognises our own object when the answer to the last call was lost.
        let mark = UUIDv7.next().description
        let upload = try await begin(mark: mark)
        do {
            try Task.checkCancellation()
            let digest = RunningDigest()
            let parts = try await send(&source, as: upload, digest: digest)
            let hash = digest.finish()
            try Self.check(hash, expected)
            try await complete(upload, parts, mark: mark)
            return PutReceipt(key: key, size: source.size, hash: hash)
        } catch {
            await client.sendRegardless(
                .init(method: .delete, name: name, query: [("uploadId", upload)], doing: "abandoning \(key)")
            )
            throw error
        }
    }

    private struct Part: Sendable {
        let number: Int
        let tag: String
    }

    private func send<Content: AsyncIteratorProtocol>(
        _ source: inout Source<Content>,
        as upload: String,
        digest: RunningDigest
    ) async throws -> [Part] where Content.Element == [UInt8] {
        try await withThrowingTaskGroup(of: Part.self) { group in
            var parts: [Part] = []
            var number = 0
            while true {
                try await source.fill(partSize)
                let bytes = source.take(partSize)
                if bytes.isEmpty { break }
                number += 1
                guard number <= Self.mostParts else { throw ObjectFault(.tooLarge, "\(key) has too many parts") }
                let hash = try await pool.run { digest.add(bytes) }
                if number > width, let part = try await group.next() { parts.append(part) }
                let call = S3Client.Call(
                    method: .put,
                    name: name,
                    query: [("partNumber", "\(number)"), ("uploadId", upload)],
                    body: bytes,
                    hash: hash,
                    doing: doing
                )
                group.addTask { [number] in
                    let answer = try await client.send(call)
                    guard let tag = answer.header("etag") else {
                        throw ObjectFault(.other, "\(call.doing): the object store named no tag for a part")
                    }
                    return Part(number: number, tag: tag)
                }
            }
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.number < $1.number }
        }
    }

    private func begin(mark: String) async throws -> String {
        let answer = try await client.send(
            .init(
                method: .post,
                name: name,
                query: [("uploads", "")],
                headers: [(Self.markField, mark)],
                doing: doing,
                isSeenThrough: true
            )
        )
        guard let upload = XMLElement(answer.body)?["UploadId"]?.text, !upload.isEmpty else {
            throw ObjectFault(.other, "\(doing): the object store named no upload")
        }
        return upload
    }

    private func complete(_ upload: String, _ parts: [Part], mark: String) async throws {
        let lines = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\($0.tag.escapedForXML)</ETag></Part>"
        }
        let body = "<CompleteMultipartUpload>\(lines.joined())</CompleteMultipartUpload>"
        let call = S3Client.Call(
            method: .post,
            name: name,
            query: [("uploadId", upload)],
            body: Array(body.utf8),
            doing: doing
        )
        if try await client.send(call, accepting: { $0.code == "NoSuchUpload" }) != nil { return }
        // An earlier attempt may have been heard though its answer was lost.
        let found = try await client.send(.init(method: .head, name: name, doing: doing))
        guard found.header(Self.markField) == mark else {
            throw ObjectFault(.unavailable, "\(doing): the object store forgot the upload")
        }
    }

    private static let markField = "x-amz-meta-put"

    private static func check(_ found: SHA256, _ expected: SHA256?) throws(ObjectFault) {
        if let expected, expected != found {
            throw ObjectFault(.hashMismatch, "expected \(expected), got \(found)")
        }
    }
}

/// The content that is to be put, as far as it has come.
private struct Source<Content: AsyncIteratorProtocol> where Content.Element == [UInt8] {
    private var iterator: Content
    private let limit: Int64
    private let key: ObjectKey
    private(set) var content: [UInt8] = []
    /// Of everything so far.
    private(set) var size: Int64 = 0

    init(_ iterator: Content, limit: Int64, key: ObjectKey) {
        self.iterator = iterator
        self.limit = limit
        self.key = key
    }

    /// Reads until `count` bytes are at hand or nothing more comes.
    mutating func fill(_ count: Int) async throws {
        while content.count < count, let piece = try await iterator.next(isolation: #isolation) {
            size += Int64(piece.count)
            guard size <= limit else { throw ObjectFault(.tooLarge, "\(key) has more than \(limit) bytes") }
            content += piece
        }
    }

    mutating func take(_ count: Int) -> [UInt8] {
        let part = Array(content.prefix(count))
        content.removeFirst(part.count)
        return part
    }
}

/// The digest of a whole, made from parts that come in order.
private final class RunningDigest: Sendable {
    private struct State: ~Copyable { var hasher = SHA256.Hasher() }
    private let state = Mutex(State())

    /// Adds the part and returns its own digest.
    func add(_ part: [UInt8]) -> SHA256 {
        state.withLock { $0.hasher.update(part) }
        return SHA256(of: part)
    }

    func finish() -> SHA256 { state.withLock { $0.hasher.finalize() } }
}
