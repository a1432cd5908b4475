import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct WebSocketTests {
    private func routes(_ flag: Flag = Flag(), limits: WebSocketLimits = .init(message: 100_000)) -> [Route] {
        [
            .webSocket("/ws", summary: "Echo", limits: limits) { socket, _ in
                defer { flag.raise("ended") }
                for try await message in socket.messages {
                    if message == .text("fail") { throw SystemError("secret", code: 1) }
                    if message == .text("wait") { try await Task.sleep(for: .seconds(30)) }
                    if message == .text("flood") {
                        for _ in 0..<10_000 { try await socket.send(.binary([UInt8](repeating: 1, count: 65_536))) }
                    }
                    if message == .text("bye") { return }
                    try await socket.send(message)
                }
            },
            Route(.get, "/ok", summary: "ok") { _ in .text("ok") },
        ]
    }

    @Test func `messages go back and forth`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            try await onThread {
                let client = try WebSocketClient(port: port)
                try client.send(1, Array("h\u{E4}".utf8))
                let text = try client.receive()
                #expect(text.opcode == 1)
                #expect(text.payload == Array("h\u{E4}".utf8))
                let large = [UInt8](repeating: 9, count: 90_000)
                try client.send(2, large)
                #expect(try client.receive().payload == large)
                try client.send(1, Array("a".utf8), isFinal: false)
                try client.send(9, Array("ping".utf8))
                try client.send(0, Array("b".utf8))
                let pong = try client.receive()
                #expect(pong.opcode == 10)
                #expect(pong.payload == Array("ping".utf8))
                #expect(try client.receive().payload == Array("ab".utf8))
                try client.send(8, [0x03, 0xE8])
                #expect(try client.closeCode() == 1_000)
                #expect(client.connection.isClosedByServer())
            }
            #expect(await flag.wait("ended"))
        }
    }

    @Test(arguments: [
        ("unmasked", 1_002), ("reserved opcode", 1_002), ("reserved bit", 1_002), ("bad text", 1_007),
        ("too large", 1_009), ("stray continuation", 1_002), ("large ping", 1_002), ("handler fails", 1_011),
        ("handler ends", 1_000),
    ])
    func `what breaks the protocol closes with its code`(kind: String, code: Int) async throws {
        try await withServer(routes()) { port in
            let found: Int = try await onThread {
                let client = try WebSocketClient(port: port)
                switch kind {
                case "unmasked": try client.send(1, Array("a".utf8), isMasked: false)
                case "reserved opcode": try client.send(3, [])
                case "reserved bit": try client.send(0x41, [])
                case "bad text": try client.send(1, [0xFF, 0xFE])
                case "too large": try client.send(2, [UInt8](repeating: 1, count: 100_001))
                case "stray continuation": try client.send(0, [1])
                case "large ping": try client.send(9, [UInt8](repeating: 1, count: 126))
                case "handler fails": try client.send(1, Array("fail".utf8))
                default: try client.send(1, Array("bye".utf8))
                }
                return try client.closeCode()
            }
            #expect(found == code)
            #expect(try await exchange(port, get("/ok")).text == "ok")
        }
    }

    @Test(arguments: [
        (get("/ws"), 426), (WebSocketClient.opening().replacing("13", with: "8") + "\r\n", 426),
        (WebSocketClient.opening().replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short") + "\r\n", 400),
        (WebSocketClient.opening() + "Origin: https://evil.example\r\n\r\n", 403),
    ])
    func `an opening that is not right is refused`(request: String, status: Int) async throws {
        try await withServer(routes()) { port in
            let found = try await exchange(port, request).status
            #expect(found == status)
        }
    }

    @Test func `a message that never ends, or is too much for the server, closes the socket`() async throws {
        let configure: (inout ServerConfiguration) -> Void = { $0.bodyMemory = 150_000 }
        try await withServer(routes(), configure: configure) { port async throws in
            let codes = try await onThread {
                let first = try WebSocketClient(port: port)
                try first.send(2, [UInt8](repeating: 1, count: 90_000), isFinal: false)
                try first.send(9, [])
                _ = try first.receive()
                let second = try WebSocketClient(port: port)
                try second.send(2, [UInt8](repeating: 1, count: 90_000), isFinal: false)
                return try second.closeCode()
            }
            #expect(codes == 1_013)
        }
    }

    @Test(arguments: [
        (WebSocketClient.opening().replacing("GET", with: "HEAD") + "\r\n", 405),
        (WebSocketClient.opening() + "Content-Length: 5\r\n\r\nabcde", 400),
    ])
    func `what is no GET, or has a body, opens nothing`(request: String, status: Int) async throws {
        try await withServer(routes()) { port async throws in
            let found = try await exchange(port, request, toHead: true).status
            #expect(found == status)
        }
    }

    @Test(arguments: ["http://here", "https://garden.example"])
    func `our own and allowed origins may open`(origin: String) async throws {
        try await withServer(routes(), configure: { $0.allowedOrigins = ["https://garden.example"] }) { port in
            let answer = try await exchange(port, WebSocketClient.opening() + "Origin: \(origin)\r\n\r\n", toHead: true)
            #expect(answer.status == 101)
        }
    }

    @Test func `a client that is gone cancels the handler`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            var client: WebSocketClient? = try await .open(port)
            try client?.send(1, Array("wait".utf8))
            try await Task.sleep(for: .milliseconds(100))
            client = nil
            #expect(await flag.wait("ended"))
        }
    }

    @Test func `a silent client is pinged and then left`() async throws {
        let limits = WebSocketLimits(ping: .milliseconds(200), silence: .milliseconds(700))
        let flag = Flag()
        try await withServer(routes(flag, limits: limits)) { port in
            let opcode = try await onThread {
                let client = try WebSocketClient(port: port)
                let opcode = try client.receive().opcode
                #expect(client.connection.isClosedByServer())
                return opcode
            }
            #expect(opcode == 9)
            #expect(await flag.wait("ended"))
        }
    }

    @Test func `a client that does not read holds the sender back`() async throws {
        let flag = Flag()
        try await withServer(routes(flag)) { port in
            let client = try await WebSocketClient.open(port)
            try client.send(1, Array("flood".utf8))
            try await Task.sleep(for: .milliseconds(500))
            #expect(!flag.isRaised("ended"))
            #expect(try await exchange(port, get("/ok")).text == "ok")
            withExtendedLifetime(client) {}
        }
        #expect(await flag.wait("ended"))
    }

    @Test func `a stopping server says goodbye`() async throws {
        let client = try await withServer(routes()) { port in try await WebSocketClient.open(port) }
        #expect(try await onThread { try client.closeCode() } == 1_001)
    }

    @Test func `open sockets do not take the places of requests`() async throws {
        try await withServer(routes(), configure: { $0.inFlight = 2 }) { port in
            let clients = try await onThread { try (0..<4).map { _ in try WebSocketClient(port: port) } }
            #expect(try await exchange(port, get("/ok")).text == "ok")
            withExtendedLifetime(clients) {}
        }
    }

    @Test func `sockets have their own limit`() async throws {
        try await withServer(routes(), configure: { $0.webSockets = 1 }) { port in
            let first = try await WebSocketClient.open(port)
            #expect(try await exchange(port, WebSocketClient.opening() + "\r\n").status == 503)
            withExtendedLifetime(first) {}
        }
    }
}
