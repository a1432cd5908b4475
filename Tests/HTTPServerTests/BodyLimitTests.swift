import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite struct BodyLimitTests {
    @Test func `bodies that handlers keep are bounded together`() async throws {
        let flag = Flag()
        let form = Route(.post, "/form", summary: "form", body: .multipart([.file("file", "A file")])) { request in
            var count = 0
            try await request.multipart { _, part in
                while let piece = try await part.next() {
                    count += piece.count
                    if count > 100_000 { flag.raise("holding") }
                }
            }
            return .text("\(count)")
        }
        try await withServer([form], configure: { $0.bodyMemory = 200_000 }) { port async throws in
            let opening = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
            let head = "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            let content = String(repeating: "x", count: 150_000)
            let body = opening + content + "\r\n--b--\r\n"
            let held = try await onThread {
                let held = try LoopbackConnection(port: port)
                try held.send(head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body.dropLast(4))
                return held
            }
            #expect(await flag.wait("holding"))
            let refused = try await exchange(port, post("/form", type: "multipart/form-data; boundary=b", body)).status
            #expect(refused == 503)
            let first = try await onThread {
                try held.send(String(body.suffix(4)))
                return try held.answer().text
            }
            let after = try await exchange(port, post("/form", type: "multipart/form-data; boundary=b", body)).text
            #expect([first, after] == ["150000", "150000"])
        }
    }

    @Test func `a slow body has its own time, not the handler's`() async throws {
        let route = Route(
            .post,
            "/slow",
            summary: "slow",
            body: .stream(["*/*"]),
            limits: .init(time: .seconds(2), upload: .seconds(60))
        ) { request in
            var count = 0
            for try await piece in request.body { count += piece.count }
            return .text("\(count)")
        }
        try await withServer([route]) { port async throws in
            let found = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
                for _ in 0..<10 {
                    Thread.sleep(forTimeInterval: 0.3)
                    try connection.send("x")
                }
                return try connection.answer().text
            }
            #expect(found == "10")
        }
    }
}
