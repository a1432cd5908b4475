/// A client that masks its frames, or does not when a test says so.
package struct WebSocketClient: Sendable {
    package let connection: LoopbackConnection

    /// The opening request without the empty line at its end.
    package static func opening(_ path: String = "/ws") -> String {
        [
            "GET \(path) HTTP/1.1", "Host: here", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "",
        ].joined(separator: "\r\n")
    }

    package init(port: Int, path: String = "/ws") throws {
        connection = try LoopbackConnection(port: port)
        try connection.send(Self.opening(path) + "\r\n")
        let answer = try connection.answer(toHead: true)
        guard answer.status == 101, answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" else {
            throw LoopbackFault.failed("open a WebSocket: \(answer.status)")
        }
    }

    /// Opens off the cooperative pool.
    package static func open(_ port: Int) async throws -> WebSocketClient {
        try await onThread { try WebSocketClient(port: port) }
    }

    /// Sends one frame as it is described, right or wrong.
    package func send(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true) throws {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: frame.append(mask | UInt8(payload.count))
        case ..<65_536: frame += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(mask | 127)
            frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        let key: [UInt8] = [1, 2, 3, 4]
        if isMasked { frame += key }
        frame += payload.enumerated().map { isMasked ? $1 ^ key[$0 % 4] : $1 }
        try connection.send(frame)
    }

    /// The next frame.
    package func receive() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try connection.read(2)
        var count = Int(head[1] & 0x7F)
        if count == 126 { count = try connection.read(2).reduce(0) { $0 << 8 | Int($1) } }
        if count == 127 { count = try connection.read(8).reduce(0) { $0 << 8 | Int($1) } }
        return (head[0] & 0x0F, try connection.read(count))
    }

    /// The code with which the server closes.
    package func closeCode() throws -> Int {
        while true {
            let (opcode, payload) = try receive()
            if opcode == 8 { return payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 1_005 }
        }
    }
}
