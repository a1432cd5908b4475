internal import Core

/// An answer before the server adds what every answer carries.
package struct Response: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A file by its path, sent by the kernel; ranges are honoured.
        case file(String)
        /// Pieces as they come; the producer waits while the client does not read.
        case stream(length: Int?, AsyncThrowingStream<[UInt8], any Error>)
        /// As `stream`, written by a closure that is given the way out.
        case writer(length: Int?, @Sendable (BodyWriter) async throws -> Void)
    }

    package var status: Int
    /// Fields in the order in which they are sent.
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A typed value as JSON, with names in snake_case.
    package static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
        try Response(status: status, type: "application/json", bytes: JSON.encode(value))
    }

    package static func json(_ value: JSONValue, status: Int = 200, type: String = "application/json") -> Response {
        Response(status: status, type: type, bytes: value.bytes())
    }

    package static func text(_ text: String, status: Int = 200) -> Response {
        Response(status: status, type: "text/plain; charset=utf-8", bytes: Array(text.utf8))
    }

    package static func html(_ text: String, status: Int = 200) -> Response {
        Response(status: status, type: "text/html; charset=utf-8", bytes: Array(text.utf8))
    }

    package static func bytes(_ bytes: [UInt8], type: String, status: Int = 200) -> Response {
        Response(status: status, type: type, bytes: bytes)
    }

    /// The file at `path`; its type follows from its name unless `type` says otherwise.
    package static func file(_ path: String, type: String? = nil) -> Response {
        Response(headers: [("Content-Type", type ?? MediaType.forFile(named: path))], body: .file(path))
    }

    /// Pieces written by `write` as the client takes them.
    package static func stream(
        type: String,
        length: Int? = nil,
        _ write: @escaping @Sendable (BodyWriter) async throws -> Void
    ) -> Response {
        Response(headers: [("Content-Type", type)], body: .writer(length: length, write))
    }

    package static func redirect(to location: String, status: Int = 303) -> Response {
        Response(status: status, headers: [("Location", location)])
    }

    package static let noContent = Response(status: 204)

    private init(status: Int, type: String, bytes: [UInt8]) {
        self.init(status: status, headers: [("Content-Type", type)], body: .bytes(bytes))
    }

    /// The first field of this name, in any case.
    package subscript(name: String) -> String? {
        get {
            let wanted = name.asciiLowercased()
            return headers.first { $0.name.asciiLowercased() == wanted }?.value
        }
        set {
            let wanted = name.asciiLowercased()
            headers.removeAll { $0.name.asciiLowercased() == wanted }
            if let newValue { headers.append((name, newValue)) }
        }
    }
}

/// The way out for a streamed body.
package struct BodyWriter: Sendable {
    let send: @Sendable ([UInt8]) async throws -> Void

    /// Hands over a piece; waits while the client is slow.
    ///
    /// - Throws: `CancellationError` when the client has left or the server is stopping.
    package func write(_ bytes: [UInt8]) async throws { try await send(bytes) }

    package func write(_ text: String) async throws { try await send(Array(text.utf8)) }
}
