import Core
import Outbound
import TestSupport
import Testing

@Suite("Streamed answers") struct HTTPStreamTests {
    private let client = HTTPClient(agent: "Hedgerow/test")

    private func whole(_ stream: HTTPStream, upTo count: Int = 100_000) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await stream.next(upTo: count) {
            #expect(!piece.isEmpty && piece.count <= count)
            bytes += piece
        }
        return bytes
    }

    @Test("A body comes whole, however large the pieces and however slow the reader", arguments: [0, 1, 3_000_000])
    func bodies(size: Int) async throws {
        let content = patternBytes(size)
        try await withResponder({ _ in .send(answer(200, ["X-Who: me"], body: content)) }) { server async throws in
            let stream = try await client.open(HTTPRequest(.get, server.url), limits: .download)
            #expect(stream.status == 200 && stream.header("x-who") == "me")
            // Long enough for the buffer to fill and the transfer to pause.
            try await Task.sleep(for: .milliseconds(30))
            #expect(try await whole(stream, upTo: 70_001) == content)
            #expect(try await stream.next(upTo: 10) == nil)
        }
    }

    @Test("A refusal has a body like any other answer") func refusal() async throws {
        try await withResponder({ _ in .send(answer(403, body: Array("no".utf8))) }) { server async throws in
            let stream = try await client.open(HTTPRequest(.get, server.url), limits: .call)
            #expect(stream.status == 403)
            #expect(try await whole(stream) == Array("no".utf8))
        }
    }

    @Test("What broke off is handed over first, then named") func brokenOff() async throws {
        let half = Array(answer(200, body: patternBytes(200_000)).prefix(100_000))
        try await withResponder({ _ in .breakOff(half) }) { server async throws in
            let stream = try await client.open(HTTPRequest(.get, server.url), limits: .call)
            let fault = await #expect(throws: OutboundFault.self) { try await whole(stream) }
            #expect(fault?.code == .brokenOff)
        }
    }

    @Test("Too much is refused, and nobody there is said at once") func faults() async throws {
        let small = HTTPLimits(
            connect: .seconds(2),
            total: .seconds(10),
            stall: .seconds(5),
            redirects: 0,
            bytes: 100_000
        )
        let endless = Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 1, count: 300_000)
        let port = try await withResponder({ _ in .send(endless) }) { server async throws in
            let fault = await #expect(throws: OutboundFault.self) {
                try await whole(client.open(HTTPRequest(.get, server.url), limits: small))
            }
            #expect(fault?.code == .tooLarge)
            return server.port
        }
        let closed = await #expect(throws: OutboundFault.self) {
            try await client.open(HTTPRequest(.get, "http://127.0.0.1:\(port)/"), limits: small)
        }
        #expect(closed?.code == .unreachable)
    }

    @Test("Cancelling ends the wait at once") func cancelling() async throws {
        try await withResponder({ _ in .stall }) { server async throws in
            let started = ContinuousClock.now
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let stream = try await client.open(HTTPRequest(.get, server.url), limits: .download)
                    _ = try await stream.next(upTo: 10)
                }
                while server.requests.isEmpty { try? await Task.sleep(for: .milliseconds(2)) }
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
            }
            #expect(ContinuousClock.now - started < .seconds(12))
        }
    }

    @Test("Many abandoned streams leave the client able to go on") func abandoned() async throws {
        let content = patternBytes(2_000_000)
        try await withResponder({ _ in .send(answer(200, body: content)) }) { server async throws in
            let narrow = HTTPClient(agent: "x", depth: 2, connections: .init(total: 2, perHost: 2))
            for _ in 0..<12 {
                var stream: HTTPStream? = nil
                while stream == nil {
                    // The last one's end is told to the loop, which may take a moment.
                    do {
                        stream = try await narrow.open(HTTPRequest(.get, server.url), limits: .download)
                    } catch is Overloaded { try await Task.sleep(for: .milliseconds(5)) }
                }
                #expect(try await stream?.next(upTo: 10)?.count == 10)
            }
        }
    }

    @Test("A request that must be finished is, though its task was cancelled") func regardless() async throws {
        try await withResponder({ _ in .send(answer(204)) }) { server async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    try? await Task.sleep(for: .seconds(60))
                    return try await client.sendRegardless(HTTPRequest(.delete, server.url), limits: .call).status
                }
                group.cancelAll()
                let status = try await group.next()
                #expect(status == 204)
            }
            #expect(server.requests.count == 1)
        }
    }
}
