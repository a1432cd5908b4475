internal import Core

/// The opening handshake of a WebSocket (RFC 6455, 4.2).
enum WebSocketHandshake {
    /// Checks the request and gives the fields of the answer 101.
    static func answer(to request: Request, admitsOrigin: Bool) throws(Problem) -> [(name: String, value: String)] {
        guard request.method == .get else {
            throw Problem(405, "method-not-allowed", "A WebSocket is opened with GET.", headers: [("Allow", "GET")])
        }
        guard !request.headers.contains("content-length"), !request.headers.contains("transfer-encoding") else {
            throw .badRequest("A request for a WebSocket has no body.")
        }
        guard request.headers.tokens("upgrade").contains("websocket"),
            request.headers.tokens("connection").contains("upgrade")
        else {
            throw Problem(
                426,
                "upgrade-required",
                "This address speaks WebSocket only.",
                headers: [("Upgrade", "websocket")]
            )
        }
        guard request.headers["sec-websocket-version"] == "13" else {
            throw Problem(
                426,
                "websocket-version",
                "The only version of WebSocket taken is 13.",
                headers: [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
            )
        }
        let keys = request.headers.all("sec-websocket-key")
        guard keys.count == 1, let key = keys.first, isKey(key) else {
            throw .badRequest("The field Sec-WebSocket-Key is missing or malformed.")
        }
        guard admitsOrigin else { throw .forbidden("Pages of this origin may not open a WebSocket here.") }
        return [("Upgrade", "websocket"), ("Sec-WebSocket-Accept", acceptance(of: key))]
    }

    static func acceptance(of key: String) -> String {
        base64(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// Sixteen bytes in base64.
    private static func isKey(_ key: String) -> Bool {
        key.utf8.count == 24 && key.hasSuffix("==") && key.utf8.dropLast(2).allSatisfy { alphabet.contains($0) }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32((3 - group.count) * 8)
            for index in 0..<4 {
                let digit = alphabet[Int(word >> UInt32(18 - index * 6)) & 63]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
