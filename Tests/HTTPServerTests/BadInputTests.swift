import Core
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Routes with small limits, so that breaking them is quick.
private let routes = [
    Route(.get, "/ok", summary: "ok") { _ in .text("ok") },
    Route(.get, "/x/{name}", summary: "name", parameters: [Parameter<String>.path("name", "")]) { request in
        .text(request[Parameter<String>.path("name", "")])
    },
    Route(
        .post,
        "/collect",
        summary: "collect",
        body: .bytes(["*/*"]),
        limits: .init(body: 100_000, upload: .milliseconds(600))
    ) { request in .text("\(request.bytes.count)") },
    Route(
        .post,
        "/stream",
        summary: "stream",
        body: .stream(["*/*"]),
        limits: .init(body: 200_000, upload: .milliseconds(600))
    ) { request in
        var count = 0
        for try await piece in request.body { count += piece.count }
        return .text("\(count)")
    },
    Route(.post, "/json", summary: "json", body: .json([Int].self)) { request in
        try .json(request.json([Int].self))
    },
    Route(.get, "/broken", summary: "broken") { _ in throw SystemError("secret path", code: 2) },
]

@Suite struct BadInputTests {
    /// Each request must get this status, and the server must answer the next one.
    @Test(arguments: [
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400), ("GET /ok HTTP/1.1\r\n\r\n", 400),
        ("GET /x/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /x/a%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /x/%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /x/../ok HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET ok HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("G<T /ok HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("BREW /ok HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("DELETE /collect HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 12x\r\n\r\n", 400),
        ("POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[]", 415),
        ("POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n[", 422),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", 417),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\t3\r\n\r\nabc", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n 3\r\n\r\nabc", 400),
        ("GET /ok HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        ("POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 3\0000\r\n\r\nabc", 400),
        ("GET /ok\0abc HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /ok HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
        ("GE\0T /ok HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /ok HTTP/1.1\r\nHost: a\r\n\0A: b\r\n\r\n", 400),
        ("GET /ok HTTP/1.1\nHost: a\n\n", 400),
    ])
    func `a bad request is refused, and the next one is served`(request: String, status: Int) async throws {
        try await withServer(routes) { port in
            let answer = try await exchange(port, request)
            #expect(answer.status == status, "\(answer.text)")
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
    }

    @Test(arguments: ["A:b", "A:  b", "A: b  ", "A:\tb\t", "A:", "A: "])
    func `blanks around a field's value are no offence`(field: String) async throws {
        try await withServer(routes) { port in
            let found = try await exchange(port, "GET /ok?q=a%20b HTTP/1.1\r\nHost: a\r\n\(field)\r\nB: c\r\n\r\n")
            #expect(found.text == "ok")
        }
    }

    @Test func `a slash in a segment stays data`() async throws {
        try await withServer(routes) { port in
            let found = try await exchange(port, get("/x/a%2Fb%20c")).text
            #expect(found == "a/b c")
        }
    }

    @Test func `after a smuggling attempt the connection is closed`() async throws {
        try await withServer(routes) { port in
            let (status, isClosed) = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send(
                    "POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /ok HTTP/1.1\r\nHost: a\r\n\r\n"
                )
                return (try connection.answer().status, connection.isClosedByServer())
            }
            #expect(status == 400)
            #expect(isClosed)
        }
    }

    @Test(arguments: [(10_000, 1), (101, 1), (2, 9_000), (1, 300_000)])
    func `a head beyond our limits is refused`(count: Int, size: Int) async throws {
        try await withServer(routes) { port in
            let status: Int = try await onThread {
                let connection = try LoopbackConnection(port: port)
                let field = "X-Filler: " + String(repeating: "a", count: size) + "\r\n"
                do {
                    try connection.send(
                        "GET /ok HTTP/1.1\r\nHost: a\r\n" + String(repeating: field, count: count) + "\r\n"
                    )
                    return try connection.answer().status
                } catch LoopbackFault.closed {
                    return 0
                }
            }
            #expect(status == 431 || status == 413 || status == 0)
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
    }

    @Test func `a head of moderate excess gets a problem`() async throws {
        try await withServer(routes) { port in
            let filler = String(repeating: "X-Filler: a\r\n", count: 150)
            let answer = try await exchange(port, "GET /ok HTTP/1.1\r\nHost: a\r\n\(filler)\r\n")
            #expect(answer.status == 431)
            #expect(answer["content-type"] == "application/problem+json")
        }
    }

    @Test func `a head that trickles in is cut off`() async throws {
        try await withServer(routes, configure: { $0.headTime = .milliseconds(600) }) { port in
            let (status, seconds) = try await onThread {
                let connection = try LoopbackConnection(port: port)
                let start = Date()
                try connection.send("GET /ok HTTP/1.1\r\nHost: a\r\n")
                for index in 0..<50 {
                    do { try connection.send("X-\(index): a\r\n") } catch { break }
                    Thread.sleep(forTimeInterval: 0.05)
                }
                return ((try? connection.answer().status) ?? 0, Date().timeIntervalSince(start))
            }
            #expect(status == 408)
            #expect(seconds < 5)
        }
    }

    @Test func `a connection that never speaks is closed`() async throws {
        try await withServer(routes, configure: { $0.headTime = .milliseconds(400) }) { port in
            let found = try await onThread { try LoopbackConnection(port: port).isClosedByServer() }
            #expect(found)
        }
    }

    @Test(arguments: ["/collect", "/stream"])
    func `a body that is too long gets a 413 although the client writes first`(path: String) async throws {
        try await withServer(routes) { port in
            let (answer, next) = try await onThread {
                let connection = try LoopbackConnection(port: port)
                let body = [UInt8](repeating: 1, count: 3_000_000)
                try connection.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
                try connection.send(body)
                let answer = try connection.answer()
                try connection.send(get("/ok"))
                return (answer, try connection.answer())
            }
            #expect(answer.status == 413)
            #expect(answer.text.contains("larger than"))
            #expect(next.text == "ok")
        }
    }

    @Test(arguments: ["/collect", "/stream"])
    func `who announces too much and waits is told so soon`(path: String) async throws {
        try await withServer(routes) { port in
            let started = ContinuousClock.now
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"
            let found = try await exchange(port, head).status
            #expect(found == 413)
            #expect(ContinuousClock.now - started < .seconds(10))
        }
    }

    @Test(arguments: ["/collect", "/stream"])
    func `a chunked body without end gets a 413 and is cut off`(path: String) async throws {
        try await withServer(routes, configure: { $0.drainBytes = 1 << 20 }) { port in
            let status: Int = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send("POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 1, count: 65_536) + Array("\r\n".utf8)
                do { for _ in 0..<40 { try connection.send(chunk) } } catch {}
                return try connection.answer().status
            }
            #expect(status == 413)
        }
    }

    @Test(arguments: ["/collect", "/stream"])
    func `a body that trickles in is cut off`(path: String) async throws {
        try await withServer(routes) { port in
            let status: Int = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
                for _ in 0..<40 {
                    do { try connection.send("x") } catch { break }
                    Thread.sleep(forTimeInterval: 0.05)
                }
                return (try? connection.answer().status) ?? 0
            }
            #expect(status == 408)
        }
    }

    @Test func `a client that asks first is refused before it sends`() async throws {
        try await withServer(routes) { port in
            let answer = try await exchange(
                port,
                "POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(answer.status == 413)
            let text = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send(
                    "POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
                )
                let interim = try connection.read(25)
                try connection.send("abc")
                return try String(decoding: interim, as: UTF8.self) + connection.answer().text
            }
            #expect(text == "HTTP/1.1 100 Continue\r\n\r\n3")
        }
    }

    @Test(
        arguments: ["/collect", "/stream"],
        ["zz\r\nabc\r\n", "3\r\nabcdef\r\n", "ffffffffffffffffffff\r\n", "-1\r\n"]
    )
    func `a chunk that is malformed ends the connection`(path: String, chunk: String) async throws {
        try await withServer(routes) { port in
            let status: Int = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send("POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)")
                return (try? connection.answer().status) ?? 0
            }
            #expect(status == 0 || (400..<500).contains(status))
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
    }

    @Test func `bodies have a common bound of memory`() async throws {
        try await withServer(routes, configure: { $0.bodyMemory = 60_000 }) { port in
            let refused = try await exchange(
                port,
                post("/collect", type: "text/plain", String(repeating: "a", count: 90_000))
            )
            #expect(refused.status == 503)
            for _ in 0..<4 {
                let answer = try await exchange(
                    port,
                    post("/collect", type: "text/plain", String(repeating: "a", count: 50_000))
                )
                #expect(answer.text == "50000")
            }
        }
    }

    @Test func `chunked bodies are read`() async throws {
        try await withServer(routes) { port in
            for path in ["/collect", "/stream"] {
                let answer = try await exchange(
                    port,
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                )
                #expect(answer.text == "5")
            }
        }
    }

    @Test func `requests in a row on one connection are answered in order`() async throws {
        try await withServer(routes) { port in
            let texts = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send(get("/x/1") + post("/json", "[2]") + get("/x/3") + get("/nothing") + get("/x/5"))
                return try (0..<5).map { _ in try connection.answer() }.map {
                    $0.status == 200 ? $0.text : "\($0.status)"
                }
            }
            #expect(texts == ["1", "[2]", "3", "404", "5"])
        }
    }

    @Test func `an unforeseen error shows an incident and nothing else`() async throws {
        let lines = Lines()
        try await withServer(routes, log: Log(to: lines)) { port in
            let answer = try await exchange(port, get("/broken"))
            #expect(answer.status == 500)
            #expect(!answer.text.contains("secret"))
            let incident = try #require(answer.json["incident"] as? String)
            #expect(lines.text.contains(incident))
            #expect(lines.text.contains("secret path"))
        }
    }

    @Test func `secrets in a query are not logged`() async throws {
        let lines = Lines()
        try await withServer(routes, log: Log(to: lines)) { port in
            _ = try await exchange(port, get("/ok?token=hush&a=1", "X-Request-Id: request-17"))
        }
        #expect(lines.text.contains("\"path\":\"/ok?token=(hidden)&a=1\""))
        #expect(lines.text.contains("request-17"))
        #expect(!lines.text.contains("hush"))
    }
}

final class Lines: LogSink {
    private let all = Mutex<String>("")
    func write(_ line: [UInt8]) { all.withLock { $0 += String(decoding: line, as: UTF8.self) } }
    var text: String { all.withLock { $0 } }
}
