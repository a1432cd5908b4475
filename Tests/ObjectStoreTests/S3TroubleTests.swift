import Core
import ObjectStore
import Outbound
import Synchronization
import TestSupport
import Testing

/// A server that answers as one in trouble does: nothing else can be made to fail on demand.
@Suite("Trouble at the S3 server") struct S3TroubleTests {
    private let http = HTTPClient(agent: "Hedgerow/test")
    private let key: ObjectKey

    init() throws { key = try ObjectKey("a") }

    private func store(_ server: Responder, stall: Duration = .seconds(10), attempts: Int = 5) throws -> S3ObjectStore {
        var tuning = S3ObjectStore.Tuning()
        tuning.partSize = 5 << 20
        tuning.retries = RetryPlan(attempts: attempts, first: .milliseconds(2))
        tuning.limits.total = stall
        return S3ObjectStore(
            try S3Location(bucket: "photos", endpoint: server.url),
            credentials: S3Credentials(accessKey: "AKIA-SEEN", secretKey: "never-seen"),
            http: http,
            tuning: tuning
        )
    }

    private static func error(_ status: Int, _ code: String) -> [UInt8] {
        answer(status, body: Array("<Error><Code>\(code)</Code><Message>never-seen</Message></Error>".utf8))
    }

    /// Answers one after the other, the last for ever.
    private static func script(_ answers: [Responder.Answer]) -> @Sendable (String) -> Responder.Answer {
        let left = Mutex(answers)
        return { _ in left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    @Test(
        "What passes is tried again",
        arguments: [
            (503, "SlowDown"), (500, "InternalError"), (503, "ServiceUnavailable"), (400, "RequestTimeout"), (429, ""),
            (502, ""),
        ]
    )
    func passing(status: Int, code: String) async throws {
        let bad = Self.error(status, code)
        try await withResponder(Self.script([.send(bad), .breakOff([]), .send(bad), .send(answer(200))])) {
            server async throws in
            try await store(server).put(key, bytes: [1, 2, 3])
            #expect(server.requests.count == 4)
            #expect(server.requests.allSatisfy { $0.hasPrefix("PUT /photos/a HTTP/1.1\r\n") })
        }
    }

    @Test(
        "What stays is said at once, in the store's own words",
        arguments: [
            (403, "AccessDenied", ObjectFault.Code.unavailable), (403, "RequestTimeTooSkewed", .unavailable),
            (404, "NoSuchBucket", .unavailable), (404, "NoSuchKey", .notFound), (400, "EntityTooLarge", .tooLarge),
            (400, "XAmzContentSHA256Mismatch", .hashMismatch), (507, "XMinioStorageFull", .full),
            (301, "PermanentRedirect", .unavailable), (400, "MalformedXML", .other), (501, "NotImplemented", .other),
        ]
    )
    func staying(status: Int, code: String, meaning: ObjectFault.Code) async throws {
        try await withResponder({ _ in .send(Self.error(status, code)) }) { server async throws in
            let store = try store(server)
            let fault = await objectFault { try await store.put(key, bytes: [1]) }
            #expect(fault?.code == meaning)
            #expect(fault?.detail.contains(code) == true)
            #expect(fault.map { "\($0) \($0.detail)" }?.contains("never-seen") == false)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A server that does not answer is given up after a few attempts") func silent() async throws {
        try await withResponder({ _ in .stall }) { server async throws in
            let store = try store(server, stall: .milliseconds(150), attempts: 3)
            #expect(await objectFault { try await store.head(key) }?.code == .unavailable)
            #expect(server.requests.count == 3)
        }
    }

    @Test("A read that breaks off goes on where it stopped, and only in the same version") func resumed() async throws {
        let content = patternBytes(900_000)
        let head = ["ETag: \"v1\"", "Last-Modified: Fri, 24 May 2013 00:00:00 GMT"]
        let first = answer(200, head, body: content)
        for hasChanged in [false, true] {
            try await withResponder({ request in
                guard let match = request.firstMatch(of: #/range: bytes=(\d+)-899999/#), let offset = Int(match.1)
                else { return .breakOff(Array(first.prefix(first.count / 2))) }
                guard request.contains("if-match: \"v1\"") else { return .send(Self.error(400, "NoCondition")) }
                if hasChanged { return .send(Self.error(412, "PreconditionFailed")) }
                let range = "Content-Range: bytes \(offset)-899999/900000"
                return .send(answer(206, head + [range], body: Array(content[offset...])))
            }) { server async throws in
                let found = try await store(server).get(key)
                #expect(found.summary.modified == Timestamp("2013-05-24T00:00:00Z"))
                var read: [UInt8] = []
                let fault = await objectFault { for try await piece in found.pieces { read += piece } }
                #expect(fault?.code == (hasChanged ? .changed : nil))
                #expect(hasChanged ? content.starts(with: read) : read == content)
                #expect(server.requests.count >= 2)
            }
        }
    }

    /// Plays a server of uploads in parts; `complete` answers the last call.
    private static func uploads(
        _ complete: @escaping @Sendable (_ attempt: Int) -> Responder.Answer
    ) -> @Sendable (String) -> Responder.Answer {
        let attempts = Mutex(0)
        let mark = Mutex("")
        return { request in
            let line = request.prefix { $0 != "\r\n" }
            if line.hasPrefix("POST"), line.contains("uploads=") {
                let found = request.firstMatch(of: #/x-amz-meta-put: ([0-9a-f-]+)/#)?.1
                mark.withLock { $0 = String(found ?? "") }
                return .send(answer(200, body: Array("<R><UploadId>u1</UploadId></R>".utf8)))
            }
            if line.hasPrefix("POST") {
                return complete(
                    attempts.withLock { attempts in
                        attempts += 1
                        return attempts
                    }
                )
            }
            if line.hasPrefix("HEAD") { return .send(answer(200, ["x-amz-meta-put: \(mark.withLock { $0 })"])) }
            return .send(answer(line.hasPrefix("DELETE") ? 204 : 200, ["ETag: \"t\""]))
        }
    }

    @Test("The end of an upload that fails late, or whose answer was lost, is still found out") func lateEnd()
        async throws
    {
        let done = answer(200, body: Array("<CompleteMultipartUploadResult/>".utf8))
        let failedLate = answer(200, body: Array("<Error><Code>InternalError</Code></Error>".utf8))
        let scripts: [[Responder.Answer]] = [
            [.send(failedLate), .send(done)], [.breakOff([]), .send(Self.error(404, "NoSuchUpload"))],
        ]
        for script in scripts {
            let uploads = Self.uploads { script[min($0, script.count) - 1] }
            try await withResponder(uploads) { server async throws in
                let receipt = try await store(server).put(key, bytes: patternBytes(11 << 20))
                #expect(receipt.size == 11 << 20)
                #expect(!server.requests.contains { $0.hasPrefix("DELETE") })
            }
        }
    }

    @Test("An upload that cannot be ended is taken back") func refusedEnd() async throws {
        let uploads = Self.uploads { _ in .send(Self.error(400, "InvalidPart")) }
        try await withResponder(uploads) { server async throws in
            let store = try store(server)
            #expect(await objectFault { try await store.put(key, bytes: patternBytes(11 << 20)) }?.code == .other)
            #expect(server.requests.last?.hasPrefix("DELETE /photos/a?uploadId=u1 ") == true)
        }
    }

    @Test("No more of a stream is held than the parts on their way") func bounded() async throws {
        let pulled = Mutex(0)
        let endless = AsyncThrowingStream<[UInt8], any Error> {
            pulled.withLock { $0 += 1 << 20 }
            return [UInt8](repeating: 1, count: 1 << 20)
        }
        try await withResponder({ request in
            request.hasPrefix("POST")
                ? .send(answer(200, body: Array("<R><UploadId>u1</UploadId></R>".utf8)))
                : request.hasPrefix("PUT") ? .stall : .send(answer(204))
        }) { server async throws in
            let store = try store(server, stall: .seconds(60))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.put(key, endless, limit: 1 << 40) }
                while server.requests.count < 3 { try await Task.sleep(for: .milliseconds(10)) }
                try await Task.sleep(for: .milliseconds(500))
                let held = pulled.withLock { $0 }
                // Two parts on their way, and what stands ready to follow.
                #expect(held <= 5 * (64 << 20), "\(held)")
                group.cancelAll()
            }
            #expect(server.requests.last?.hasPrefix("DELETE") == true)
        }
    }
}
