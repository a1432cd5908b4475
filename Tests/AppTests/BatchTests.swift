import Foundation
import Glibc
import TestSupport
import Testing

/// Many pictures at once: kept at once, read in their own time, whatever is killed.
struct BatchTests {
    private static let key = ["HEDGEROW_API_KEY": "batch-key-of-the-tests-0123456789"]
    private static let signedIn = ["X-API-Key": "batch-key-of-the-tests-0123456789"]

    private func form(_ pictures: [[UInt8]]) -> MultipartBody {
        pictures.enumerated().reduce(MultipartBody()) { form, entry in
            form.file("files", entry.element, filename: "Blätter \(entry.offset).jpg")
        }
    }

    /// Waits until the batch is finished and returns it with its results.
    private func finished(
        _ url: String,
        on server: ServerProcess,
        headers: [String: String] = [:]
    ) async throws -> [String: Any] {
        let deadline = Date(timeIntervalSinceNow: 120)
        while Date() < deadline {
            let answer = try server.request("GET", url, headers: headers)
            guard answer.status == 200 else { throw LoopbackFault.failed("GET \(url): \(answer.text)") }
            if (answer.json["job"] as? [String: Any])?["status"] as? String == "finished" { return answer.json }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw LoopbackFault.failed("finish \(url): \(server.logText.suffix(2_000))")
    }

    private func results(_ answer: [String: Any]) throws -> [[String: Any]] {
        try #require(answer["results"] as? [[String: Any]])
    }

    @Test func `as many pictures as are promised are taken, and one more is told how many may be sent`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            let picture = Array("no picture".utf8)
            let many = try server.post(
                "/api/v1/jobs",
                form(Array(repeating: picture, count: 1_000)),
                headers: Self.signedIn
            )
            #expect(many.status == 202, "\(many.text)")
            #expect(many.json["total"] as? Int == 1_000)
            for (pictures, headers) in [(1_001, Self.signedIn), (101, [:])] {
                let refused = try server.post(
                    "/api/v1/jobs",
                    form(Array(repeating: picture, count: pictures)),
                    headers: headers
                )
                #expect(refused.status == 422)
                #expect(refused.text.contains("at most \(pictures - 1)"), "\(refused.text)")
            }
        }
    }

    @Test func `each picture of a batch is read, a broken one has its error, and no picture of a stranger is kept`()
        async throws
    {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            let pictures = [TestPictures.plain(), Array("no picture".utf8), TestPictures.plain(width: 300)]
            let sent = try server.post("/api/v1/jobs", form(pictures).field("top_k", "2"))
            #expect(sent.status == 202, "\(sent.text)")
            let url = try #require(sent["location"])
            #expect(sent.json["total"] as? Int == 3)
            let answer = try await finished(url, on: server)
            let results = try results(answer)
            #expect(results.map { $0["status"] as? String } == ["done", "failed", "done"])
            #expect(results.map { $0["filename"] as? String }[0] == "Blätter 0.jpg")
            let first = try #require(results[0]["answer"] as? [String: Any])
            #expect((first["results"] as? [Any])?.count == 2)
            #expect((results[1]["error"] as? [String: Any])?["status"] as? Int == 400)
            let id = try #require(first["id"] as? String)
            let again = try server.request("GET", "/api/v1/analyses/\(id)").status
            #expect(again == 200)

            let page = try server.request("GET", url + "?from=1&limit=1").json
            #expect(try self.results(page).map { $0["position"] as? Int } == [1])
            #expect(page["next"] as? Int == 2)

            let deadline = Date(timeIntervalSinceNow: 30)
            func left() -> [String] {
                (FileManager.default.subpaths(atPath: folder + "/objects") ?? []).filter { path in
                    (try? TestPictures.read("\(folder)/objects/\(path)")).map { pictures.contains($0) } ?? false
                }
            }
            while !left().isEmpty, Date() < deadline { try await Task.sleep(for: .milliseconds(50)) }
            #expect(left().isEmpty)
            _ = await server.stop()
        }
    }

    @Test func `a batch that was accepted is read although the server was killed the moment after`() async throws {
        try await withTemporaryDirectory { folder in
            let first = try await ServerProcess(dataFolder: folder, environment: Self.key)
            let pictures = (0..<30).map { TestPictures.plain(width: 256 + $0) }
            let sent = try first.post("/api/v1/jobs", form(pictures), headers: Self.signedIn)
            #expect(sent.status == 202, "\(sent.text)")
            _ = await first.stop(SIGKILL)

            let second = try await ServerProcess(dataFolder: folder, environment: Self.key)
            let url = try #require(sent["location"])
            let answer = try await finished(url, on: second, headers: Self.signedIn)
            let results = try results(answer)
            #expect(results.allSatisfy { $0["status"] as? String == "done" })
            let history = try second.request("GET", "/api/v1/analyses", headers: Self.signedIn).json
            #expect(history["total"] as? Int == 30, "no analysis is there twice")
            _ = await second.stop()
        }
    }

    @Test func `the same call twice is one batch, and strangers see nothing of it`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            let headers = Self.signedIn.merging(["Idempotency-Key": "card-7"]) { $1 }
            let answers = try (0..<2).map { _ in
                try server.post("/api/v1/jobs", form([TestPictures.plain()]), headers: headers)
            }
            #expect(answers.map(\.status) == [202, 202])
            #expect(answers[0].json["id"] as? String == answers[1].json["id"] as? String)
            let url = try #require(answers[0]["location"])
            #expect(try server.request("GET", url).status == 404)
            #expect(try server.request("DELETE", url).status == 404)
            #expect(try server.request("GET", "/api/v1/jobs").status == 401)
            let list = try server.request("GET", "/api/v1/jobs", headers: Self.signedIn).json
            #expect((list["items"] as? [[String: Any]])?.count == 1)
            #expect(try server.request("DELETE", url, headers: Self.signedIn).status == 204)
            #expect(try server.request("GET", url, headers: Self.signedIn).status == 404)
            _ = await server.stop()
        }
    }

    @Test(arguments: [
        ("task", "sing", "neither diagnose nor identify"), ("min_confidence", "2", "from 0 to 1"),
        ("top_k", "0", "from 1 to 100"), ("webhook_url", "file:///etc/passwd", "http or https"),
        ("webhook_url", "http://exämple.com/", "xn--"),
        ("webhook_url", "http://example.org/" + String(repeating: "x", count: 5_000), "is longer than"),
        ("colour", "green", "no field"),
    ])
    func `a wrong field of a batch is named with the reason`(field: String, value: String, reason: String) async throws
    {
        let server = try await CommonServer.get()
        let answer = try server.post("/api/v1/jobs", form([TestPictures.plain()]).field(field, value))
        #expect(answer.status == 422)
        #expect(answer.text.contains(field) && answer.text.contains(reason), "\(answer.text)")
    }

    @Test func `a batch without a picture, or with a webhook of a stranger, is refused`() async throws {
        let server = try await CommonServer.get()
        let empty = try server.post("/api/v1/jobs", MultipartBody().field("task", "identify"))
        #expect(empty.status == 422 && empty.text.contains("at least one file"), "\(empty.text)")
        let stranger = form([TestPictures.plain()]).field("webhook_url", "https://example.org/hook")
        #expect(try server.post("/api/v1/jobs", stranger).status == 401)
    }

    @Test func `an upload that breaks off leaves no picture behind`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            func stored() -> [String] {
                let paths = FileManager.default.subpaths(atPath: folder + "/objects") ?? []
                return paths.filter { $0.contains("batches") && !$0.hasSuffix("batches") && $0.contains("/") }
                    .filter { path in
                        var isFolder: ObjCBool = false
                        _ = FileManager.default.fileExists(atPath: folder + "/objects/" + path, isDirectory: &isFolder)
                        return !isFolder.boolValue
                    }
            }
            let pictures = form((0..<20).map { TestPictures.plain(width: 256 + $0) }).bytes
            let port = server.port
            let connection = try await onThread {
                let connection = try LoopbackConnection(port: port, timeout: 30)
                let head = [
                    "POST /api/v1/jobs HTTP/1.1", "Host: here", "Content-Type: \(MultipartBody.contentType)",
                    "Content-Length: \(pictures.count + 10_000_000)", "", "",
                ]
                try connection.send(Array(head.joined(separator: "\r\n").utf8) + pictures)
                return connection
            }
            try await eventually("some are on the disk") { stored().count >= 10 }
            connection.finishSending()
            try await eventually("all are gone again") { stored().isEmpty }
            _ = await server.stop()
        }
    }

    @Test func `a picture that is too large is named`() async throws {
        let server = try await CommonServer.get()
        let large = [UInt8](repeating: 0xFF, count: (20 << 20) + 1)
        let form = MultipartBody().file("files", TestPictures.plain()).file("files", large, filename: "big.jpg")
        let answer = try server.post("/api/v1/jobs", form)
        #expect(answer.status == 413)
        #expect(answer.text.contains("big.jpg is larger than the 20 MB"), "\(answer.text)")
    }

    @Test func `progress is told over the WebSocket until all is read`() async throws {
        let server = try await CommonServer.get()
        let sent = try server.post("/api/v1/jobs", form((0..<5).map { TestPictures.plain(width: 400 + $0) }))
        let url = try #require(sent["location"])
        let port = server.port
        let (last, code) = try await onThread {
            let socket = try WebSocketClient(port: port, path: url + "/progress")
            var last: [UInt8] = []
            var frame = try socket.receive()
            while frame.opcode != 8 {
                if frame.opcode == 1 { last = frame.payload }
                frame = try socket.receive()
            }
            return (last, frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) })
        }
        let state = try JSONSerialization.jsonObject(with: Data(last)) as? [String: Any]
        #expect(state?["status"] as? String == "finished")
        #expect(state?["done"] as? Int == 5)
        #expect(code == 1_000)
    }

    @Test func `a server without workers leaves jobs to a worker beside it, which begins anew after some`() async throws
    {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, arguments: ["--no-workers"], environment: Self.key)
            let sent = try server.post(
                "/api/v1/jobs",
                form((0..<12).map { TestPictures.plain(width: 300 + $0) }),
                headers: Self.signedIn
            )
            let url = try #require(sent["location"])
            let queues = try server.request("GET", "/api/v1/admin/queues", headers: Self.signedIn).json
            let reading = (queues["queues"] as? [[String: Any]])?.first {
                $0["kind"] as? String == "diagnosis.read-batch-picture"
            }
            #expect(reading?["ready"] as? Int == 12)
            #expect((queues["workers"] as? [Any])?.isEmpty == true)
            let worker = try WorkerProcess(
                dataFolder: folder,
                arguments: ["--queues", "diagnosis", "--concurrency", "2", "--recycle-after", "5"]
            )
            _ = try await finished(url, on: server, headers: Self.signedIn)
            #expect(worker.isRunning, "it begins anew by itself")
            let status = await worker.stop()
            #expect(status == 0)
            let log = try String(contentsOfFile: folder + "/worker.log", encoding: .utf8)
            #expect(log.split(separator: "\n").count { $0.contains("\"starting\"") } >= 3)
            _ = await server.stop()
        }
    }
}
