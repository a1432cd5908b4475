package import Core
package import Outbound

/// Objects in a bucket of a server that speaks S3: AWS, MinIO, Ceph and others.
package final class S3ObjectStore: ObjectStore {
    /// How requests are cut and how patient they are.
    package struct Tuning: Sendable {
        /// At least 5 MiB, which servers demand of all parts but the last; objects of up to two parts go at once.
        package var partSize = 8 << 20
        /// Parts on their way at the same time; memory for one put is `(width + 2) * partSize`, twice while sending.
        package var width = 2
        package var retries = RetryPlan()
        package var limits = HTTPLimits(
            connect: .seconds(5),
            total: .seconds(300),
            stall: .seconds(20),
            redirects: 0,
            bytes: 16 << 20
        )
        package init() {}
    }

    package let location: S3Location
    let client: S3Client
    private let tuning: Tuning
    private let pool = WorkPool(name: "objects", width: 2, depth: 1_000)

    package init(
        _ location: S3Location,
        credentials: S3Credentials,
        http: HTTPClient,
        tuning: Tuning = Tuning(),
        clock: WallClock = .system
    ) {
        self.location = location
        self.tuning = tuning
        client = S3Client(
            location: location,
            credentials: credentials,
            http: http,
            retries: tuning.retries,
            limits: tuning.limits,
            clock: clock
        )
    }

    package var kind: String { "s3" }
    package var place: String { location.description }

    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ content: some AsyncSequence<[UInt8], any Error>,
        limit: Int64,
        expecting hash: SHA256? = nil
    ) async throws -> PutReceipt {
        try await upload(key, limit: limit)(content, expecting: hash)
    }

    @discardableResult
    package func put(_ key: ObjectKey, bytes: [UInt8], expecting hash: SHA256?) async throws -> PutReceipt {
        let upload = upload(key, limit: .max)
        if bytes.count <= 2 * upload.partSize { return try await upload.atOnce(bytes, expecting: hash) }
        return try await upload(OnePiece(bytes: bytes), expecting: hash)
    }

    package func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> ObjectContent {
        let call = S3Client.Call(method: .get, name: location.name(of: key), doing: "getting \(key)")
        guard let range else { return try await open(key, call, range: nil) }
        guard range.lowerBound >= 0, !range.isEmpty else {
            _ = try await head(key)
            throw ObjectFault(.invalidRange, "\(range) of \(key)")
        }
        return try await open(key, call, range: range)
    }

    package func head(_ key: ObjectKey) async throws -> ObjectSummary {
        let call = S3Client.Call(method: .head, name: location.name(of: key), doing: "looking at \(key)")
        let answer = try await client.send(call)
        guard let size = answer.header("content-length").flatMap({ Int64($0) }) else {
            throw ObjectFault(.other, "\(call.doing): the object store named no size")
        }
        return ObjectSummary(key: key, size: size, modified: Self.modified(answer.header("last-modified")))
    }

    package func delete(_ key: ObjectKey) async throws {
        let call = S3Client.Call(method: .delete, name: location.name(of: key), doing: "removing \(key)")
        _ = try await client.send(call, accepting: { $0.code == "NoSuchKey" })
    }

    package func list(prefix: String, after last: ObjectKey?, limit: Int) async throws -> [ObjectSummary] {
        try await S3Listing(client: client, prefix: prefix, after: last, limit: limit)()
    }

    package func localPath(of key: ObjectKey) -> String? { nil }

    /// An address at the server itself, for at most seven days.
    package func link(to key: ObjectKey, for lifetime: Duration) async throws -> String {
        client.presigned(name: location.name(of: key), lifetime: min(max(lifetime, .seconds(1)), .seconds(7 * 86_400)))
    }

    /// Asks once for the first name in the bucket, which proves that server, bucket and credentials go together.
    package func probe() async throws -> StoreCondition {
        var brief = client
        brief.retries = .once
        brief.limits.total = .seconds(10)
        _ = try await S3Listing(client: brief, prefix: "", after: nil, limit: 1)()
        return StoreCondition(freeBytes: nil)
    }

    package func removeUnfinished(before moment: Timestamp, dryRun: Bool) async throws -> Int {
        try await S3Leftovers(client: client).remove(before: moment, dryRun: dryRun)
    }

    private func upload(_ key: ObjectKey, limit: Int64) -> S3Upload {
        // The larger an object may become, the larger its parts: there may be 10,000 of them.
        let least = Int(min(limit / Int64(S3Upload.mostParts - 1), 64 << 20))
        return S3Upload(
            client: client,
            key: key,
            limit: limit,
            partSize: limit == .max ? tuning.partSize : max(tuning.partSize, least),
            width: tuning.width,
            pool: pool
        )
    }

    private func open(_ key: ObjectKey, _ call: S3Client.Call, range: Range<Int64>?) async throws -> ObjectContent {
        var first = call
        if let range { first.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        let stream = try await client.open(first)
        let total =
            stream.status == 206
            ? stream.header("content-range")?.split(separator: "/").last.flatMap { Int64($0) }
            : stream.header("content-length").flatMap { Int64($0) }
        guard let total else { throw ObjectFault(.other, "\(call.doing): the object store named no size") }
        let part = range ?? 0..<total
        guard part.upperBound <= total else {
            throw ObjectFault(.invalidRange, "\(part) of \(key), which has \(total) bytes")
        }
        guard range == nil || stream.status == 206 || part == 0..<total else {
            throw ObjectFault(.other, "\(call.doing): the object store does not know ranges")
        }
        let modified = Self.modified(stream.header("last-modified"))
        let reader = S3Reader(
            client,
            call,
            tag: stream.header("etag"),
            stream: stream,
            offset: part.lowerBound,
            end: part.upperBound
        )
        return ObjectContent(summary: ObjectSummary(key: key, size: total, modified: modified), range: part) {
            try await reader.read(at: $0, count: $1)
        }
    }

    private static func modified(_ field: String?) -> Timestamp {
        let seconds = field.flatMap { HTTPDate.seconds($0) } ?? 0
        return Timestamp(microseconds: Int64(seconds) * 1_000_000)
    }
}

/// Bytes in memory as a sequence of one piece.
private struct OnePiece: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(left: bytes) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error
        var left: [UInt8]?
        mutating func next() async throws -> [UInt8]? {
            defer { left = nil }
            return left
        }
    }
}
