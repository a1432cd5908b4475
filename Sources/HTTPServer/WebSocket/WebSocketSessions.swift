internal import Synchronization

/// All open WebSockets of a server.
final class WebSocketSessions: Sendable {
    /// Tells a WebSocket's events from those of a connection with the same number.
    static let mark: UInt64 = 1 << 63

    private let open = Mutex<[UInt64: WebSocketSession]>([:])
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { open.withLock { $0.count } }
    var all: [WebSocketSession] { open.withLock { Array($0.values) } }
    subscript(id: UInt64) -> WebSocketSession? { open.withLock { $0[id & ~Self.mark] } }
    func insert(_ session: WebSocketSession) { open.withLock { $0[session.id] = session } }
    func remove(_ session: WebSocketSession) { open.withLock { $0[session.id] = nil } }
}
