import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

private struct Visitor: Principal { let logName: String }

@Suite struct AnswerTests {
    private static let routes = [
        Route(.get, "/text", summary: "text") { _ in
            var response = Response.text("0123456789")
            response.headers.append(("ETag", "\"v1\""))
            return response
        },
        Route(.get, "/stream", summary: "stream") { _ in
            .stream(type: "text/plain") { writer in for index in 0..<3 { try await writer.write("\(index);") } }
        },
        Route(.get, "/sized", summary: "sized") { _ in
            .stream(type: "text/plain", length: 6) { writer in
                for index in 0..<3 { try await writer.write("\(index);") }
            }
        },
        Route(.get, "/failing", summary: "failing") { _ in
            .stream(type: "text/plain") { writer in
                try await writer.write("begun")
                throw SystemError("read", code: 5)
            }
        },
        Route(.put, "/text", summary: "put", body: .bytes(["*/*"])) { _ in .noContent },
        Route(.get, "/mine", summary: "mine", access: Access("read")) { request in
            .text(request.principal?.logName ?? "nobody")
        },
        Route(.get, "/framed", summary: "framed", contentPolicy: "default-src 'none'") { _ in .noContent },
    ]

    @Test func `an answer carries what protects browsers`() async throws {
        try await withServer(Self.routes) { port in
            for path in ["/text", "/nothing"] {
                let answer = try await exchange(port, get(path, "X-Request-Id: my-request-1"))
                #expect(
                    answer["content-security-policy"]?.hasPrefix("default-src 'self'; img-src 'self' data: blob:")
                        == true
                )
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["referrer-policy"] == "strict-origin-when-cross-origin")
                #expect(answer["permissions-policy"]?.contains("camera=(self)") == true)
                #expect(answer["cross-origin-opener-policy"] == "same-origin")
                #expect(answer["strict-transport-security"] == nil)
                #expect(answer["x-request-id"] == "my-request-1")
                #expect(answer["date"]?.hasSuffix("GMT") == true)
                #expect(answer.headers.count { $0.name == "date" } == 1)
            }
            let strange = try await exchange(port, get("/text", "X-Request-Id: <script>alert(1)"))
            #expect(strange["x-request-id"].flatMap { UUIDv7($0) } != nil)
            #expect(try await exchange(port, get("/framed"))["content-security-policy"] == "default-src 'none'")
        }
    }

    @Test func `HEAD, ranges and conditions`() async throws {
        try await withServer(Self.routes) { port in
            let head = try await exchange(port, "HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n", toHead: true)
            #expect(head.status == 200)
            #expect(head["content-length"] == "10")
            let part = try await exchange(port, get("/text", "Range: bytes=2-4"))
            #expect(part.status == 206)
            #expect(part.text == "234")
            #expect(part["content-range"] == "bytes 2-4/10")
            #expect(try await exchange(port, get("/text", "Range: bytes=99-")).status == 416)
            #expect(try await exchange(port, get("/text", "Range: bytes=2-4", "If-Range: \"v0\"")).status == 200)
            #expect(try await exchange(port, get("/text", "Range: bytes=2-4", "If-Range: \"v1\"")).status == 206)
            #expect(try await exchange(port, get("/text", "If-None-Match: W/\"v1\", \"x\"")).status == 304)
            #expect(try await exchange(port, get("/text", "If-None-Match: \"v2\"")).status == 200)
        }
    }

    @Test func `a file is sent in whole and in part`() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/leaf.jpg"
            try Data((0..<200_000).map { UInt8($0 % 251) }).write(to: URL(filePath: path))
            let routes = [
                Route(.get, "/file", summary: "file") { _ in .file(path) },
                Route(.get, "/gone", summary: "gone") { _ in .file(folder + "/none") },
                Route(.get, "/folder", summary: "folder") { _ in .file(folder) },
            ]
            try await withServer(routes) { port in
                let whole = try await exchange(port, get("/file"))
                #expect(whole.body.count == 200_000)
                #expect(whole["content-type"] == "image/jpeg")
                let tag = try #require(whole["etag"])
                let modified = try #require(whole["last-modified"])
                let part = try await exchange(port, get("/file", "Range: bytes=100000-100003", "If-Range: \(tag)"))
                #expect(part.body == (100_000...100_003).map { UInt8($0 % 251) })
                #expect(try await exchange(port, get("/file", "If-Modified-Since: \(modified)")).status == 304)
                let head = try await exchange(port, "HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n", toHead: true)
                #expect(head["content-length"] == "200000")
                #expect(try await exchange(port, get("/gone")).status == 404)
                #expect(try await exchange(port, get("/folder")).status == 404)
            }
        }
    }

    @Test func `streams end as they should`() async throws {
        try await withServer(Self.routes) { port in
            let chunked = try await exchange(port, get("/stream"))
            #expect(chunked.text == "0;1;2;")
            #expect(chunked["transfer-encoding"] == "chunked")
            let sized = try await exchange(port, get("/sized"))
            #expect(sized.text == "0;1;2;")
            #expect(sized["content-length"] == "6")
            let head = try await exchange(port, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n", toHead: true)
            #expect(head.status == 200)
            await #expect(throws: LoopbackFault.closed) { try await exchange(port, get("/failing")) }
        }
    }

    @Test func `OPTIONS and the preflight of other origins`() async throws {
        try await withServer(Self.routes, configure: { $0.allowedOrigins = ["https://garden.example"] }) { port in
            let plain = try await exchange(port, "OPTIONS /text HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(plain.status == 204)
            #expect(plain["allow"] == "GET, HEAD, PUT, OPTIONS")
            let preflight = try await exchange(
                port,
                "OPTIONS /text HTTP/1.1\r\nHost: a\r\nOrigin: https://garden.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n"
            )
            #expect(preflight["access-control-allow-origin"] == "https://garden.example")
            #expect(preflight["access-control-allow-methods"] == "GET, HEAD, PUT, OPTIONS")
            let foreign = try await exchange(port, get("/text", "Origin: https://evil.example"))
            #expect(foreign["access-control-allow-origin"] == nil)
            #expect(foreign["vary"] == "Origin")
        }
    }

    @Test func `the gatekeeper decides, and may add fields`() async throws {
        let gatekeeper: Gatekeeper = { access, request in
            guard access.admitsStrangers || request.headers["authorization"] == "Bearer good" else {
                throw Problem.unauthorized("Sign in first.")
            }
            return Admission(principal: Visitor(logName: "visitor-1"), headers: [("X-RateLimit-Remaining", "59")])
        }
        try await withServer(Self.routes, gatekeeper: gatekeeper) { port in
            let refused = try await exchange(port, get("/mine"))
            #expect(refused.status == 401)
            #expect(refused["www-authenticate"] == "Bearer")
            let answer = try await exchange(port, get("/mine", "Authorization: Bearer good"))
            #expect(answer.text == "visitor-1")
            #expect(answer["x-ratelimit-remaining"] == "59")
            #expect(answer["cache-control"] == "no-store", "what somebody is told who is known is for them alone")
        }
    }

    @Test func `a trusted proxy speaks for its clients`() async throws {
        let routes = [Route(.get, "/who", summary: "who") { .text("\($0.client.text) \($0.isSecure)") }]
        let fields = ["X-Forwarded-For: 1.2.3.4, 5.6.7.8, 127.0.0.1", "X-Forwarded-Proto: https"]
        try await withServer(routes, configure: { $0.trustedProxies = ["127.0.0.0/8"] }) { port in
            let found = try await exchange(port, get("/who", fields[0], fields[1])).text
            #expect(found == "5.6.7.8 true")
            for form in ["7.7.7.7:81", "::ffff:7.7.7.7", "[::ffff:7.7.7.7]:81"] {
                let named = try await exchange(port, get("/who", "X-Forwarded-For: 1.2.3.4, \(form), 127.0.0.1:9")).text
                #expect(named == "7.7.7.7 false")
            }
        }
        try await withServer(routes) { port in
            let found = try await exchange(port, get("/who", fields[0], fields[1])).text
            #expect(found == "127.0.0.1 false")
        }
    }

    @Test func `requests are counted by route, never by what clients make up`() async throws {
        let metrics = Metrics()
        try await withServer(Self.routes, metrics: metrics) { port in
            _ = try await exchange(port, get("/text"))
            _ = try await exchange(port, get("/made-up"))
            _ = try await exchange(port, "BREW /text HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        let text = metrics.text()
        #expect(text.contains(#"http_requests_total{route="/text",method="GET",status="200"} 1.0"#))
        #expect(text.contains(#"http_requests_total{route="(none)",method="GET",status="404"} 1.0"#))
        #expect(text.contains(#"method="(other)",status="405""#))
        #expect(text.contains("http_connections 0.0"))
        #expect(text.contains("http_in_flight 0.0"))
    }

    @Test func `a browser that is lost sees a page, a program a problem`() async throws {
        var configuration = ServerConfiguration(port: 0)
        configuration.grace = .milliseconds(500)
        let router = try Router(
            [],
            aliases: [.init(from: "/api", to: "/api/v1")],
            missingPage: { _ in .html("<h1>lost</h1>") }
        )
        try await withServer(router, configuration) { port in
            let page = try await exchange(port, get("/nowhere", "Accept: text/html,*/*"))
            #expect(page.status == 404)
            #expect(page.text == "<h1>lost</h1>")
            #expect(try await exchange(port, get("/nowhere"))["content-type"] == "application/problem+json")
            let call = try await exchange(port, get("/api/nowhere", "Accept: text/html"))
            #expect(call["content-type"] == "application/problem+json")
        }
    }

    @Test func `a slash too many is redirected`() async throws {
        try await withServer(Self.routes) { port in
            let answer = try await exchange(port, get("/text/?a=b%20c"))
            #expect(answer.status == 308)
            #expect(answer["location"] == "/text?a=b%20c")
        }
    }
}
