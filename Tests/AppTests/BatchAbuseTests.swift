import Foundation
import TestSupport
import Testing

/// What careless and hostile senders of batches do.
struct BatchAbuseTests {
    private static let idle = ["HEDGEROW_WORKERS": "off"]

    private func form(_ pictures: [UInt8]...) -> MultipartBody {
        pictures.reduce(MultipartBody()) { $0.file("files", $1) }
    }

    @Test func `a key of a request is good for the same form alone`() async throws {
        let key = "abuse-key-of-the-tests-0123456789"
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(
                dataFolder: folder,
                environment: Self.idle.merging(["HEDGEROW_API_KEY": key]) { $1 }
            )
            let (mine, theirs) = (TestPictures.plain(), TestPictures.plain(width: 128))
            for who in [[:], ["X-API-Key": key]] {
                let headers = who.merging(["Idempotency-Key": "1"]) { $1 }
                let first = try server.post("/api/v1/jobs", form(mine), headers: headers)
                let again = try server.post("/api/v1/jobs", form(mine), headers: headers)
                #expect(first.status == 202 && first.json["id"] as? String == again.json["id"] as? String)
                for other in [form(theirs), form(mine, mine), form(mine).field("top_k", "3")] {
                    let refused = try server.post("/api/v1/jobs", other, headers: headers)
                    #expect(refused.status == 422 && refused.text.contains("other pictures"), "\(refused.text)")
                }
            }
            let headers = ["X-API-Key": key, "Idempotency-Key": "hook"]
            let hook = form(mine).field("webhook_url", "https://example.org/hook")
            let secrets = try (0..<2).map { _ in
                let answer = try server.post("/api/v1/jobs", hook, headers: headers)
                return (answer.json["webhook"] as? [String: Any])?["secret"] as? String
            }
            #expect(secrets[0] != nil && secrets[0] == secrets[1], "a lost answer is told again")
            _ = await server.stop()
        }
    }

    @Test func `many that are sent at once do not pass the bound together`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.idle)
            let body = form(TestPictures.plain()).closed
            let head =
                "POST /api/v1/jobs HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
                + "Content-Type: \(MultipartBody.contentType)\r\nContent-Length: \(body.count)\r\n\r\n"
            let connections = try (0..<40).map { _ in
                let connection = try server.connect()
                try connection.send(Array(head.utf8) + body.dropLast(5))
                return connection
            }
            try await Task.sleep(for: .milliseconds(300))
            let statuses = try connections.map { connection in
                try? connection.send(Array(body.suffix(5)))
                return try connection.answer().status
            }
            #expect(statuses.filter { $0 == 202 }.count == 20)
            #expect(statuses.filter { $0 == 503 }.count == 20)
            _ = await server.stop()
        }
    }

    @Test func `pictures through a socket count like calls`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(
                dataFolder: folder,
                environment: ["HEDGEROW_LIMITS": "public=5/hour,upload=5000/hour"]
            )
            try await server.waitUntilReady()
            let port = server.port
            let picture = TestPictures.plain()
            let answers = try await onThread {
                let socket = try WebSocketClient(port: port, path: "/api/v1/stream/diagnose")
                return try (0..<6).map { _ in
                    try socket.send(2, picture)
                    return String(decoding: try socket.receive().payload, as: UTF8.self)
                }
            }
            #expect(answers.filter { $0.contains("\"verdict\"") }.count == 4, "the handshake was the first call")
            #expect(answers.last?.contains("429") == true)
            _ = await server.stop()
        }
    }

    @Test func `a large form that hides its length is asked for it, and wrong keys are counted`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: ["HEDGEROW_LIMITS": "user=900/min"])
            let connection = try server.connect()
            let head =
                "POST /api/v1/jobs HTTP/1.1\r\nHost: here\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                + "Content-Type: \(MultipartBody.contentType)\r\n\r\n0\r\n\r\n"
            try connection.send(head)
            #expect(try connection.answer().status == 411)
            let statuses = try (0..<70).map { number in
                try server.request("GET", "/api/v1/species", headers: ["X-API-Key": "guess-\(number)"]).status
            }
            #expect(statuses.prefix(60).allSatisfy { $0 == 401 } && statuses.suffix(5).allSatisfy { $0 == 429 })
            #expect(try server.request("GET", "/api/v1/species").status == 200)
            _ = await server.stop()
        }
    }
}
