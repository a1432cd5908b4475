/// What makes a route a WebSocket: its handler and its limits.
struct WebSocketRoute: Sendable {
    let handler: @Sendable (WebSocket, Request) async throws -> Void
    let limits: WebSocketLimits
}

/// How much a WebSocket may take and how long it may be silent.
package struct WebSocketLimits: Sendable {
    /// Bytes of one message, in either direction.
    package var message: Int
    /// Messages that wait for the handler before reading pauses.
    package var inbound: Int
    /// Bytes that wait for the client before `send` waits.
    package var outbound: Int
    package var ping: Duration
    /// From the first byte of a message to its last.
    package var upload: Duration
    /// Silence, pongs included, after which the other side counts as gone.
    package var silence: Duration

    package init(
        message: Int = 1 << 20,
        inbound: Int = 16,
        outbound: Int = 1 << 20,
        ping: Duration = .seconds(30),
        upload: Duration = .seconds(60),
        silence: Duration = .seconds(75)
    ) {
        self.message = message
        self.inbound = inbound
        self.outbound = outbound
        self.ping = ping
        self.upload = upload
        self.silence = silence
    }
}

/// A message of a WebSocket.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])

    var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}

/// An open WebSocket, as its handler sees it.
package struct WebSocket: Sendable {
    /// Messages until the client closes; the client is held back while nobody asks.
    package let messages: WebSocketMessages
    let sending: @Sendable (WebSocketMessage) async throws -> Void
    let closing: @Sendable (UInt16, String) -> Void

    /// Waits while the client is slow.
    ///
    /// - Throws: `CancellationError` when the socket is closed.
    package func send(_ message: WebSocketMessage) async throws { try await sending(message) }

    package func send(_ text: String) async throws { try await sending(.text(text)) }

    /// Begins the closing handshake.
    package func close(_ code: UInt16 = 1_000, _ reason: String = "") { closing(code, reason) }
}

package struct WebSocketMessages: AsyncSequence, Sendable {
    package typealias Element = WebSocketMessage
    let next: @Sendable () async throws -> WebSocketMessage?

    package struct AsyncIterator: AsyncIteratorProtocol {
        let source: @Sendable () async throws -> WebSocketMessage?
        package func next() async throws -> WebSocketMessage? { try await source() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: next) }
}

extension Route {
    /// A WebSocket at `pattern`; its socket closes with 1000 when the handler returns and with 1011 when it throws.
    package static func webSocket(
        _ pattern: String,
        aliases: [String] = [],
        summary: String,
        details: String = "",
        tags: [String] = [],
        operation: String? = nil,
        parameters: [any ParameterDeclaration] = [],
        limits: WebSocketLimits = WebSocketLimits(),
        access: Access = .anyone,
        quota: String? = nil,
        handler: @escaping @Sendable (WebSocket, Request) async throws -> Void
    ) -> Route {
        var route = Route(
            .get,
            pattern,
            aliases: aliases,
            summary: summary,
            details: details,
            tags: tags,
            operation: operation,
            parameters: parameters,
            access: access,
            quota: quota,
            answers: [
                .empty(101, "The connection speaks WebSocket from here on."),
                .problem(426, "The request does not ask for a WebSocket."),
            ]
        ) { _ in throw Problem(426, "upgrade-required", "This address speaks WebSocket only.") }
        route.webSocket = WebSocketRoute(handler: handler, limits: limits)
        return route
    }
}
