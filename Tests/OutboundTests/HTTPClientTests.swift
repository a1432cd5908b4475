import Core
import Outbound
import TestSupport
import Testing

@Suite("HTTP client") struct HTTPClientTests {
    private let client = HTTPClient(agent: "Hedgerow/test")

    private var brief: HTTPLimits {
        HTTPLimits(connect: .seconds(2), total: .milliseconds(300), stall: .seconds(2), redirects: 3, bytes: 1_000)
    }

    @Test("An answer comes whole, whatever its status", arguments: [200, 404, 503])
    func answers(status: Int) async throws {
        try await withResponder({ _ in .send(answer(status, ["X-Who: me"], body: Array("hello".utf8))) }) {
            server async throws in
            let found = try await client.send(HTTPRequest(.get, server.url + "/x"))
            #expect(found.status == status)
            #expect(found.header("x-who") == "me")
            #expect(found.body == Array("hello".utf8))
        }
    }

    @Test("Method, headers and body arrive as they were given", arguments: [HTTPRequest.Method.post, .put, .delete])
    func sends(method: HTTPRequest.Method) async throws {
        try await withResponder({ _ in .send(answer(200)) }) { server async throws in
            let request = HTTPRequest(
                method,
                server.url + "/hook?a=1",
                headers: [("X-Signature", "abc"), ("Content-Type", "application/json")],
                body: Array("{}".utf8)
            )
            _ = try await client.send(request)
            let seen = try #require(server.requests.first)
            #expect(seen.hasPrefix("\(method.rawValue) /hook?a=1 HTTP/1.1\r\n"))
            for part in ["X-Signature: abc\r\n", "Content-Length: 2\r\n", "User-Agent: Hedgerow/test\r\n"] {
                #expect(seen.contains(part), "\(part)")
            }
            #expect(!seen.contains("Expect"))
        }
    }

    @Test("HEAD has headers and no body") func head() async throws {
        try await withResponder({ _ in .send(answer(200, body: [])) }) { server async throws in
            #expect(try await client.send(HTTPRequest(.head, server.url)).status == 200)
            #expect(server.requests.first?.hasPrefix("HEAD / ") == true)
        }
    }

    @Test("What goes wrong is named with the host and without the query")
    func faults() async throws {
        let cases: [(OutboundFault.Code, @Sendable (String) -> Responder.Answer)] = [
            (.timeout, { _ in .stall }),
            (.tooLarge, { _ in .send(answer(200, body: [UInt8](repeating: 1, count: 2_000))) }),
            (.tooLarge, { _ in .send(Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 1, count: 2_000)) }),
            (.tooManyRedirects, { _ in .send(answer(302, ["Location: /again?token=secret"])) }),
            (.invalidURL, { _ in .send(answer(302, ["Location: file:///etc/passwd"])) }),
            (.brokenOff, { _ in .breakOff(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".utf8)) }),
            (.brokenOff, { _ in .breakOff([]) }),
        ]
        for (code, behaviour) in cases {
            try await withResponder(behaviour) { server async throws in
                let fault = await #expect(throws: OutboundFault.self) {
                    try await client.send(HTTPRequest(.get, server.url + "/path?token=secret"), limits: brief)
                }
                #expect(fault?.code == code)
                let text = fault.map { "\($0)" } ?? ""
                #expect(text.hasPrefix("127.0.0.1: "))
                #expect(!text.contains("secret") && !text.contains("path"))
            }
        }
    }

    @Test(
        "What is no web address is refused before anything is sent",
        arguments: [
            "", "leaf.png", "ftp://example.org/x", "file:///etc/passwd", "http://", "http://a b/",
            "http://example.org/\r\nX: y", "gopher://x/", "http://[::1",
        ]
    )
    func invalid(url: String) async {
        let fault = await #expect(throws: OutboundFault.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(fault?.code == .invalidURL)
    }

    @Test("A header cannot smuggle a line") func headerInjection() async throws {
        try await withResponder({ _ in .send(answer(200)) }) { server async throws in
            await #expect(throws: OutboundFault.self) {
                try await client.send(HTTPRequest(.get, server.url, headers: [("X", "a\r\nEvil: 1")]))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("Nobody listening and no such host are told apart") func unreachable() async throws {
        let port = try await withResponder({ _ in .stall }) { $0.port }
        let closed = await #expect(throws: OutboundFault.self) {
            try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/"))
        }
        #expect(closed?.code == .unreachable)
        let unknown = await #expect(throws: OutboundFault.self) {
            try await client.send(HTTPRequest(.get, "http://nowhere.invalid/"))
        }
        #expect(unknown?.code == .notResolved)
        #expect(unknown.map { "\($0)" } == "nowhere.invalid: there is no host of that name")
    }

    @Test("Redirects of a GET are followed, those of a POST are handed over") func redirects() async throws {
        try await withResponder({ request in
            request.contains(" /old ") ? .send(answer(302, ["Location: /new"])) : .send(answer(200, body: [7]))
        }) { server async throws in
            #expect(try await client.send(HTTPRequest(.get, server.url + "/old")).body == [7])
            #expect(try await client.send(HTTPRequest(.post, server.url + "/old")).status == 302)
        }
    }

    @Test(
        "A client for public addresses reaches no private one, by name, number or redirect",
        arguments: ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"]
    )
    func publicOnly(host: String) async throws {
        let guarded = HTTPClient(agent: "Hedgerow/test", reach: .publicOnly)
        try await withResponder({ _ in .send(answer(200)) }) { server async throws in
            let fault = await #expect(throws: OutboundFault.self) {
                try await guarded.send(HTTPRequest(.get, "http://\(host):\(server.port)/"))
            }
            #expect(fault?.code == .refusedAddress)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("Cancelling ends a request at once") func cancellation() async throws {
        try await withResponder({ _ in .stall }) { server async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.send(HTTPRequest(.get, server.url)) }
                while server.requests.isEmpty { try? await Task.sleep(for: .milliseconds(2)) }
                let started = ContinuousClock.now
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
                // The limits of the call itself are 15 and 30 s.
                #expect(ContinuousClock.now - started < .seconds(12))
            }
        }
    }

    @Test("Many requests at once get each its own answer, and too many are refused") func concurrency() async throws {
        try await withResponder({ request in
            .send(answer(200, body: Array(request.split(separator: " ")[1].utf8)))
        }) { server async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let found = try await client.send(HTTPRequest(.get, "\(server.url)/\(number)"))
                        #expect(String(decoding: found.body, as: UTF8.self) == "/\(number)")
                    }
                }
                try await group.waitForAll()
            }
        }
        let narrow = HTTPClient(agent: "x", depth: 0)
        await #expect(throws: Overloaded.self) { try await narrow.send(HTTPRequest(.get, "http://127.0.0.1:1/")) }
    }
}
