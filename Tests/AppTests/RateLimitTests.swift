import TestSupport
import Testing

/// How often one caller may call.
struct RateLimitTests {
    private static let key = "rate-key-of-the-tests-0123456789"

    @Test func `one call too many is refused, says when to come back, and others are not affected`() async throws {
        try await withTemporaryDirectory { folder in
            let environment = ["HEDGEROW_LIMITS": "public=3/hour,user=5/hour", "HEDGEROW_API_KEY": Self.key]
            let server = try await ServerProcess(dataFolder: folder, environment: environment)
            for left in [2, 1, 0] {
                let answer = try server.request("GET", "/api/v1/species")
                #expect(answer.status == 200)
                #expect(answer["x-ratelimit-limit"] == "3" && answer["x-ratelimit-remaining"] == "\(left)")
            }
            let refused = try server.request("GET", "/api/v1/species")
            #expect(refused.status == 429)
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 > 0)
            #expect(refused["x-ratelimit-remaining"] == "0" && refused.text.contains("too-many-requests"))
            let keyed = try server.request("GET", "/api/v1/species", headers: ["X-API-Key": Self.key])
            #expect(keyed.status == 200 && keyed["x-ratelimit-limit"] == "5")
            #expect(try server.request("GET", "/health").status == 200, "health is not counted")
            #expect(try server.request("GET", "/", headers: ["Accept": "text/html"]).status == 200)
            _ = await server.stop()
        }
    }

    @Test func `a form of unknown length counts as the longest that its address takes`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(
                dataFolder: folder,
                environment: ["HEDGEROW_LIMITS": "upload=30000/hour"]
            )
            try await server.waitUntilReady()
            let form = MultipartBody().file("file", TestPictures.plain()).closed
            let head = "POST /predict HTTP/1.1\r\nHost: here\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
            let body =
                Array("Content-Type: \(MultipartBody.contentType)\r\n\r\n\(String(form.count, radix: 16))\r\n".utf8)
                + form + Array("\r\n0\r\n\r\n".utf8)
            let statuses = try (0..<2).map { _ in
                let connection = try server.connect()
                try connection.send(Array(head.utf8) + body)
                return try connection.answer().status
            }
            #expect(statuses == [200, 429])
            _ = await server.stop()
        }
    }

    @Test func `servers with one Redis count together, and each for itself while it is away`() async throws {
        try await RedisServer.running { redis in
            try await withTemporaryDirectory { first in
                try await withTemporaryDirectory { second in
                    let environment = [
                        "HEDGEROW_LIMITS": "public=3/hour", "HEDGEROW_REDIS_URL": "redis://127.0.0.1:\(redis.port)",
                    ]
                    let servers = [
                        try await ServerProcess(dataFolder: first, environment: environment),
                        try await ServerProcess(dataFolder: second, environment: environment),
                    ]
                    let statuses = try [0, 1, 0, 1].map { try servers[$0].request("GET", "/api/v1/species").status }
                    #expect(statuses == [200, 200, 200, 429])
                    redis.kill()
                    let alone = try servers[1].request("GET", "/api/v1/species")
                    #expect(alone.status == 200, "it counts for itself now")
                    for server in servers { _ = await server.stop() }
                }
            }
        }
    }

    @Test func `a limit that cannot be read stops the start with the reason`() async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await runProgram([
                "serve", "--port", "0", "--data-dir", folder, "--limits", "guest=5/min",
            ])
            #expect(outcome.status == 2)
            #expect(outcome.complaint.contains("guest is none of"), "\(outcome.complaint)")
        }
    }
}
