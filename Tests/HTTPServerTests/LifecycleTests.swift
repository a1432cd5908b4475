import Core
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Something that happened in a handler, for a test to wait for.
final class Flag: Sendable {
    private let values = Mutex<Set<String>>([])
    func raise(_ name: String) { _ = values.withLock { $0.insert(name) } }
    func isRaised(_ name: String) -> Bool { values.withLock { $0.contains(name) } }

    func wait(_ name: String, seconds: Double = 30) async -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if isRaised(name) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return isRaised(name)
    }
}

@Suite struct LifecycleTests {
    private func routes(_ flag: Flag) -> [Route] {
        [
            Route(.get, "/ok", summary: "ok") { _ in .text("ok") },
            Route(.get, "/slow", summary: "slow", limits: .init(time: .seconds(60))) { _ in
                flag.raise("started")
                do {
                    try await Task.sleep(for: .seconds(30))
                } catch {
                    flag.raise("cancelled")
                    throw error
                }
                return .text("slow")
            },
            Route(.get, "/two-seconds", summary: "pause") { _ in
                flag.raise("started")
                try await Task.sleep(for: .seconds(2))
                return .text("done")
            },
            Route(.get, "/late", summary: "late", limits: .init(time: .milliseconds(300))) { _ in
                do { try await Task.sleep(for: .seconds(30)) } catch { flag.raise("cancelled") }
                return .text("late")
            },
            Route(.get, "/big", summary: "big") { _ in
                .stream(type: "application/octet-stream") { writer in
                    do {
                        for index in 0..<4_000 {
                            try await writer.write([UInt8](repeating: UInt8(index % 251), count: 65_536))
                            if index == 1 { flag.raise("begun sending") }
                            if index == 1_024 { flag.raise("sent 64 MB") }
                        }
                        flag.raise("sent all")
                    } catch {
                        flag.raise("cancelled")
                        throw error
                    }
                }
            },
            Route(.post, "/read", summary: "read", body: .stream(["*/*"]), limits: .init(body: 1 << 30)) { request in
                flag.raise("started")
                do {
                    for try await _ in request.body {}
                } catch {
                    flag.raise("cancelled")
                    throw error
                }
                return .text("read")
            },
        ]
    }

    @Test func `a client that leaves cancels its handler`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            var connection: LoopbackConnection? = try LoopbackConnection(port: port)
            try connection?.send(get("/slow"))
            #expect(await flag.wait("started"))
            connection = nil
            #expect(await flag.wait("cancelled"))
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
    }

    @Test func `a client that leaves in the middle of its body ends the reading`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            var connection: LoopbackConnection? = try LoopbackConnection(port: port)
            try connection?.send("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            #expect(await flag.wait("started"))
            connection = nil
            #expect(await flag.wait("cancelled"))
        }
    }

    @Test func `a client that leaves in the middle of an answer ends the writing`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send(get("/big"))
                _ = try connection.read(1_000)
            }
            #expect(await flag.wait("cancelled"))
            #expect(!flag.isRaised("sent all"))
        }
    }

    @Test func `a client that does not read holds the writer back`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            let connection = try LoopbackConnection(port: port)
            try connection.send(get("/big"))
            // Socket buffers take some megabytes; 250 MB would follow without back-pressure.
            try await Task.sleep(for: .milliseconds(700))
            #expect(!flag.isRaised("sent 64 MB"))
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
        #expect(await flag.wait("cancelled"))
    }

    @Test func `a handler past its time is answered for and cancelled`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            let answer = try await exchange(port, get("/late"))
            #expect(answer.status == 503)
            #expect(await flag.wait("cancelled"))
        }
    }

    @Test func `a full server refuses at once`() async throws {
        let flag = Flag()
        try await withServer(routes(flag), configure: { $0.inFlight = 2 }) { port in
            let busy = try (0..<2).map { _ in try LoopbackConnection(port: port) }
            for connection in busy { try connection.send(get("/slow")) }
            #expect(await flag.wait("started"))
            try await Task.sleep(for: .milliseconds(100))
            let answer = try await exchange(port, get("/ok"))
            #expect(answer.status == 503)
            #expect(answer["retry-after"] == "1")
            withExtendedLifetime(busy) {}
        }
    }

    @Test func `a stopping server finishes what it has begun`() async throws {
        let flag = Flag()
        let answer = Mutex<LoopbackAnswer?>(nil)
        let connection = Mutex<LoopbackConnection?>(nil)
        try await withServer(routes(flag), configure: { $0.grace = .seconds(20) }) { port in
            let opened = try LoopbackConnection(port: port)
            try opened.send(get("/two-seconds"))
            connection.withLock { $0 = opened }
            #expect(await flag.wait("started"))
        }
        let opened = try #require(connection.withLock { $0 })
        let found = try await onThread { try opened.answer() }
        answer.withLock { $0 = found }
        #expect(found.text == "done")
        #expect(found["connection"] == "close")
    }

    @Test func `a stopping server cancels what outlasts its grace`() async throws {
        let flag = Flag()
        let stopping = Mutex(Date())
        let connections = Mutex<[LoopbackConnection]>([])
        try await withServer(routes(flag), configure: { $0.grace = .milliseconds(300) }) { port in
            for path in ["/slow", "/big"] {
                let opened = try LoopbackConnection(port: port)
                try opened.send(get(path))
                connections.withLock { $0.append(opened) }
            }
            let idle = try LoopbackConnection(port: port)
            let reading = try LoopbackConnection(port: port)
            try reading.send("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            connections.withLock { $0 += [idle, reading] }
            #expect(await flag.wait("started"))
            #expect(await flag.wait("begun sending"))
            stopping.withLock { $0 = Date() }
        }
        #expect(flag.isRaised("cancelled"))
        // Far below the half minute that the slow handler would take, with room for a busy machine.
        #expect(Date().timeIntervalSince(stopping.withLock { $0 }) < 15)
    }

    @Test func `connections per address are bounded`() async throws {
        try await withServer(routes(Flag()), configure: { $0.connectionsPerAddress = 3 }) { port in
            let held = try (0..<3).map { _ in try LoopbackConnection(port: port) }
            for connection in held {
                try connection.send(get("/ok"))
                _ = try await onThread { try connection.answer() }
            }
            #expect(try await onThread { try LoopbackConnection(port: port).isClosedByServer() })
            withExtendedLifetime(held) {}
        }
    }

    @Test func `clients that leave at once give their places back`() async throws {
        try await withServer(routes(Flag()), configure: { $0.connectionsPerAddress = 4 }) { port async throws in
            let isServed = try await onThread {
                for _ in 0..<100 {
                    let connection = try LoopbackConnection(port: port)
                    try? connection.send("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\nabc")
                }
                // Far sooner than the time that a body may take.
                for _ in 0..<100 {
                    let connection = try LoopbackConnection(port: port)
                    if (try? connection.send(get("/ok"))) != nil, (try? connection.answer())?.text == "ok" {
                        return true
                    }
                    Thread.sleep(forTimeInterval: 0.05)
                }
                return false
            }
            #expect(isServed)
        }
    }

    @Test func `a request that came just before the end is answered`() async throws {
        for _ in 0..<5 {
            let clients = try await withServer(routes(Flag()), configure: { $0.grace = .seconds(30) }) { port in
                try (0..<20).map { _ in
                    let connection = try LoopbackConnection(port: port)
                    try connection.send(get("/ok"))
                    return connection
                }
            }
            let statuses = try await onThread { try clients.map { try $0.answer().status } }
            #expect(statuses.allSatisfy { $0 == 200 || $0 == 503 }, "\(statuses)")
        }
    }

    @Test func `a server that is stopped under load ends well, every time`() async throws {
        for _ in 0..<20 {
            let flag = Flag()
            let clients = try await withServer(routes(flag)) { port in
                let clients = (0..<3).map { _ in Task { try await onThread { knock(port, flag) } } }
                #expect(await flag.wait("answered"))
                return clients
            }
            for client in clients { try await client.value }
        }
    }

    @Test(arguments: [
        ("Accept: */*", 200), ("X-Forwarded-For: 8.8.8.8", 403), ("X-Forwarded-For:", 403),
        ("Forwarded: for=8.8.8.8", 403),
        ("X-Forwarded-For: 127.evil", 403), ("X-Real-IP: 127.0.0.1", 403),
    ])
    func `what is for this machine is not for those behind a proxy on it`(field: String, status: Int) async throws {
        let route = Route(.get, "/metrics", summary: "metrics", access: .loopback) { _ in .text("1") }
        for proxies in [[], ["127.0.0.1"]] {
            try await withServer([route], configure: { $0.trustedProxies = proxies }) { port async throws in
                let found = try await exchange(port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
                    .status
                #expect(found == status)
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("LocalHost:8000", 200), ("[::1]:8000", 200),
        ("evil.example", 403), ("localhost.evil.example", 403), ("127.0.0.1.evil.example:80", 403),
    ])
    func `what is for this machine is not for a page that named it its own way`(host: String, status: Int) async throws
    {
        let route = Route(.get, "/metrics", summary: "metrics", access: .loopback) { _ in .text("1") }
        try await withServer([route]) { port async throws in
            let found = try await exchange(port, "GET /metrics HTTP/1.1\r\nHost: \(host)\r\n\r\n").status
            #expect(found == status)
        }
    }

    @Test(arguments: [("nonsense.invalid", ServerFault.Cause.host), ("192.0.2.1", .host), ("127.0.0.1", .portTaken)])
    func `what keeps a server from listening has a name`(host: String, cause: ServerFault.Cause) async throws {
        try await withServer([]) { port async throws in
            let fault = await #expect(throws: ServerFault.self) {
                try await withServer([], configure: { ($0.host, $0.port) = (host, port) }) { _ in }
            }
            #expect(fault?.cause == cause)
        }
    }

    @Test func `an answer that is known needs no handler`() async throws {
        let isKnown = Mutex(true)
        let route = Route(
            .get,
            "/known",
            summary: "known",
            known: { isKnown.withLock { $0 } ? .text("known") : nil },
            handler: { _ in .text("asked") }
        )
        try await withServer([route]) { port async throws in
            let first = try await exchange(port, get("/known")).text
            isKnown.withLock { $0 = false }
            let second = try await exchange(port, get("/known")).text
            #expect([first, second] == ["known", "asked"])
        }
    }
}

/// Calls on connections of their own until the server takes no more.
private func knock(_ port: Int, _ flag: Flag) {
    while let connection = try? LoopbackConnection(port: port), (try? connection.send(get("/ok"))) != nil,
        (try? connection.answer()) != nil
    {
        flag.raise("answered")
    }
}
