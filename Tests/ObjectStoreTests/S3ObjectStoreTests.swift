import Core
import ObjectStore
import Outbound
import Synchronization
import TestSupport
import Testing

/// What the S3 store does beyond the contract, against a real server that checks signatures.
@Suite("Objects in a bucket") struct S3ObjectStoreTests {
    private let http = HTTPClient(agent: "Hedgerow/test")

    /// Larger than two parts of 5 MiB, and no multiple of one.
    private static let large = patternBytes(12_345_678)

    private static var pieces: [[UInt8]] {
        stride(from: 0, to: large.count, by: 700_000).map { Array(large[$0..<min($0 + 700_000, large.count)]) }
    }

    @Test("A large object goes up in parts and comes back whole", arguments: [true, false])
    func inParts(isStreamed: Bool) async throws {
        let store = try await s3()
        let key = try ObjectKey("big")
        let hash = SHA256(of: Self.large)
        let receipt =
            isStreamed
            ? try await store.put(key, Pieces(pieces: Self.pieces), limit: 20 << 20, expecting: hash)
            : try await store.put(key, bytes: Self.large, expecting: hash)
        #expect(receipt == PutReceipt(key: key, size: Int64(Self.large.count), hash: hash))
        #expect(try await store.bytes(of: key, limit: 20 << 20, expecting: hash) == Self.large)
        #expect(try await store.removeUnfinished(before: .now() + .seconds(60), dryRun: true) == 0)
    }

    @Test("A large put that fails leaves neither an object nor parts") func abandoned() async throws {
        let store = try await s3()
        let key = try ObjectKey("big")
        let wrong = SHA256(of: [1])
        let faults = [
            await objectFault {
                try await store.put(key, Pieces(pieces: Self.pieces), limit: 20 << 20, expecting: wrong)
            },
            await objectFault { try await store.put(key, Pieces(pieces: Self.pieces), limit: 12_000_000) },
        ]
        #expect(faults.map { $0?.code } == [.hashMismatch, .tooLarge])
        await #expect(throws: Pieces.BrokenOff.self) {
            try await store.put(key, Pieces(pieces: Self.pieces, breaksOff: true), limit: 20 << 20)
        }
        #expect(await objectFault { try await store.head(key) }?.code == .notFound)
        #expect(try await store.removeUnfinished(before: .now() + .seconds(60), dryRun: true) == 0)
    }

    @Test("A large put that is cancelled takes its parts back") func cancelled() async throws {
        let store = try await s3()
        let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let key = try ObjectKey("slow")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.put(key, pieces, limit: 20 << 20) }
            for piece in Self.pieces { source.yield(piece) }
            while try await store.removeUnfinished(before: .now() + .seconds(60), dryRun: true) == 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
            group.cancelAll()
            let result = await group.nextResult()
            #expect(throws: CancellationError.self) { try result?.get() }
        }
        // The parts are taken back once, also by a server that is too busy to say so at once.
        try await eventually("the parts are gone") {
            try await store.removeUnfinished(before: .now() + .seconds(60), dryRun: true) == 0
        }
    }

    @Test("A wrong secret is refused by the server and named to the operator without it") func wrongSecret()
        async throws
    {
        let store = try await s3(secret: "not-the-secret")
        let key = try ObjectKey("a")
        let attempts: [() async throws -> Void] = [
            { try await store.put(key, bytes: [1]) }, { _ = try await store.get(key) },
            { _ = try await store.list(prefix: "", after: nil, limit: 1) }, { _ = try await store.probe() },
        ]
        for attempt in attempts {
            let fault = await objectFault(attempt)
            #expect(fault?.code == .unavailable)
            #expect(fault?.detail.contains("credentials") == true, "\(fault?.detail ?? "")")
            #expect(fault?.detail.contains("not-the-secret") == false)
        }
        let health = await ObjectStoreHealth(store).check()
        #expect(health.status == .unhealthy && health.engine == "s3")
        #expect(await ObjectStoreHealth(try await s3()).check() == Health(.healthy, engine: "s3"))
    }

    @Test("A bucket that is not there and a server that is not there are unavailable") func noPlace() async throws {
        let server = try await S3Server.shared
        let credentials = S3Credentials(accessKey: server.accessKey, secretKey: server.secretKey)
        var tuning = S3ObjectStore.Tuning()
        tuning.retries = .once
        for (bucket, endpoint) in [("no-such-bucket", server.endpoint), (server.bucket, "http://127.0.0.1:1")] {
            let location = try S3Location(bucket: bucket, endpoint: endpoint)
            let store = S3ObjectStore(location, credentials: credentials, http: http, tuning: tuning)
            #expect(await objectFault { try await store.put(ObjectKey("a"), bytes: [1]) }?.code == .unavailable)
            #expect(await objectFault { try await store.probe() }?.code == .unavailable)
        }
    }

    @Test("A list passes over names in the bucket that are no keys of ours, page by page") func longList() async throws
    {
        let store = try await s3()
        for number in 0..<25 { try await store.put(ObjectKey("n/\(100 + number)"), bytes: [1]) }
        var seen: [ObjectKey] = []
        while case let page = try await store.list(prefix: "n/", after: seen.last, limit: 7), !page.isEmpty {
            #expect(page.count <= 7)
            seen += page.map(\.key)
        }
        #expect(seen.map(\.description) == (0..<25).map { "n/\(100 + $0)" })
    }

    @Test("A link is read by anyone for a while, in parts too") func link() async throws {
        let store = try await s3()
        let key = try ObjectKey("a/b.jpg")
        try await store.put(key, bytes: patternBytes(1_000))
        let link = try await store.link(to: key, for: .seconds(60))
        let whole = try await http.send(HTTPRequest(.get, link))
        #expect(whole.status == 200 && whole.body == patternBytes(1_000))
        let part = try await http.send(HTTPRequest(.get, link, headers: [("Range", "bytes=10-19")]))
        #expect(part.status == 206 && part.body == Array(patternBytes(1_000)[10..<20]))
        let flipped = (link.last == "0" ? "1" : "0")
        for changed in [
            link.dropLast() + flipped, link.replacing("Expires=60", with: "Expires=61"),
            link.replacing("b.jpg", with: "c.jpg"),
        ] {
            #expect(try await http.send(HTTPRequest(.get, String(changed))).status == 403)
        }
    }

    @Test("A link that has expired is refused") func expiredLink() async throws {
        let key = try ObjectKey("a")
        let store = try await s3(clock: WallClock { .now() - .seconds(120) })
        try await store.put(key, bytes: [1])
        for (lifetime, status) in [(Duration.seconds(60), 403), (.seconds(600), 200)] {
            let link = try await store.link(to: key, for: lifetime)
            #expect(try await http.send(HTTPRequest(.get, link)).status == status)
        }
    }
}
