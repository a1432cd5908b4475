internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// One TCP connection of a client, from accept to close.
final class Connection: Sendable {
    enum Phase: Sendable {
        /// No request yet, or none after the last; `isFirst` until one has come.
        case idle(since: Monotonic, isFirst: Bool)
        /// The request line has come, the head is not whole.
        case head(since: Monotonic)
        /// A request is in hand.
        case request
        /// Another protocol has taken over.
        case upgraded
    }

    private struct State {
        var phase: Phase
        var target = RawTarget.none
        /// The client has closed its side.
        var hasLeft = false
        var exchange: Exchange?
        // -1 once libmicrohttpd has closed it.
        var socket: Int32

        func nudge() {
            if case .upgraded = phase { return }
            if socket >= 0 { _ = shutdown(socket, Int32(SHUT_RD)) }
        }
    }

    let id: UInt64
    let client: ClientAddress
    let isTLS: Bool
    private let state: Mutex<State>

    init(id: UInt64, client: ClientAddress, socket: Int32, isTLS: Bool) {
        self.id = id
        self.client = client
        self.isTLS = isTLS
        state = Mutex(State(phase: .idle(since: .now(), isFirst: true), socket: socket))
    }

    func gotTarget(_ target: RawTarget) {
        state.withLock { state in
            state.target = target
            // The first head's time counts from the accept.
            if case .idle(let since, isFirst: true) = state.phase {
                state.phase = .head(since: since)
            } else {
                state.phase = .head(since: .now())
            }
        }
    }

    func begin() -> RawTarget {
        state.withLock { state in
            state.phase = .request
            return state.target
        }
    }

    var exchange: Exchange? {
        state.withLock(\.exchange)
    }

    /// A request has come whole enough to be taken on.
    func take(_ exchange: Exchange) {
        let hasLeft = state.withLock { state in
            state.exchange = exchange
            return state.hasLeft
        }
        if hasLeft { exchange.clientLeft() }
    }

    /// The request is over.
    func end() -> Exchange? {
        state.withLock { state in
            defer { state.exchange = nil }
            if case .upgraded = state.phase { return state.exchange }
            state.phase = .idle(since: .now(), isFirst: false)
            return state.exchange
        }
    }

    func upgrade() { state.withLock { $0.phase = .upgraded } }

    /// libmicrohttpd closes the socket after this.
    func closed(_ last: (Int32) -> Void) {
        state.withLock { state in
            last(state.socket)
            state.socket = -1
        }
    }

    /// Sends on the bare socket what libmicrohttpd would not send now, then ends our side.
    ///
    /// Without TLS only; there the client just sees the end.
    func sendBare(_ bytes: [UInt8], closing how: Shutdown) {
        state.withLock { state in
            guard state.socket >= 0 else { return }
            if !isTLS {
                _ = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe chttpd_send(state.socket, buffer.baseAddress, buffer.count)
                }
            }
            _ = shutdown(state.socket, Int32(how == .both ? SHUT_RDWR : SHUT_WR))
        }
    }

    func shutDown() { sendBare([], closing: .both) }

    /// The client has closed its side.
    ///
    /// libmicrohttpd misses that when it comes together with data, since it waits for a further event: the shut makes one.
    /// It may come while the library still reads, so it is made again until the connection ends.
    func left() -> Exchange? {
        state.withLock { state in
            state.hasLeft = true
            state.nudge()
            return state.exchange
        }
    }

    func nudge() { state.withLock { if $0.hasLeft { $0.nudge() } } }

    /// Whether bytes have come that nobody has read yet.
    var hasUnread: Bool {
        state.withLock { state in
            guard state.socket >= 0 else { return false }
            var byte: UInt8 = 0
            return unsafe recv(state.socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) > 0
        }
    }

    enum Lateness { case none, idle, head }

    func lateness(_ now: Monotonic, headTime: Duration, idleTime: Duration) -> Lateness {
        state.withLock { state in
            switch state.phase {
            case .idle(let since, isFirst: true): since + headTime < now ? .idle : .none
            case .idle(let since, isFirst: false): since + idleTime < now ? .idle : .none
            case .head(let since): since + headTime < now ? .head : .none
            case .request, .upgraded: .none
            }
        }
    }

    var isIdle: Bool { state.withLock { if case .idle = $0.phase { true } else { false } } }

    /// Whether an answer is owed.
    var hasRequest: Bool { state.withLock { if case .request = $0.phase { true } else { false } } }
}

/// Which side of a connection ends.
enum Shutdown { case sending, both }
