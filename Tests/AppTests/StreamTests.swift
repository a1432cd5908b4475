import Foundation
import TestSupport
import Testing

/// Pictures through the WebSocket, one after another.
struct StreamTests {
    private func json(_ payload: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
    }

    @Test func `each picture is answered in order, a broken one with its error`() async throws {
        let server = try await CommonServer.get()
        let port = server.port
        let picture = TestPictures.plain()
        let answers = try await onThread {
            let socket = try WebSocketClient(port: port, path: "/api/v1/stream/diagnose")
            try socket.send(1, Array(#"{"top_k": 2, "explain": true}"#.utf8))
            try socket.send(2, picture)
            try socket.send(2, Array("no picture".utf8))
            try socket.send(1, Array(#"{"top_k": 0}"#.utf8))
            try socket.send(2, picture)
            return try (0..<4).map { _ in try socket.receive().payload }
        }
        let first = try json(answers[0])
        #expect((first["results"] as? [Any])?.count == 2)
        #expect(((first["images"] as? [[String: Any]])?.first?["heat_map"]) != nil)
        #expect(((try json(answers[1])["error"]) as? [String: Any])?["status"] as? Int == 400)
        #expect(((try json(answers[2])["error"]) as? [String: Any])?["status"] as? Int == 422)
        #expect(try json(answers[3])["verdict"] is String)
    }
}
