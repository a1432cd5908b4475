internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// An open WebSocket, between the watching thread that owns the socket's events and the task of its handler.
final class WebSocketSession: Upgrade, Sendable {
    let id: UInt64
    let limits: WebSocketLimits
    private let watch: PeerWatch
    private let sessions: WebSocketSessions
    private let task: TaskHandle
    private let memory: MemoryAccount
    let state: Mutex<State>

    struct State: Sendable {
        let codec: FrameCodec
        var socket: Int32 = -1
        var handle: UpgradeHandle?
        var isOpen = false
        var isClosed = false
        var inbound: [WebSocketMessage] = []
        var inboundBytes = 0
        /// What the server's account holds for this socket.
        var heldBytes = 0
        /// Since when a message has been coming.
        var partialSince: Monotonic?
        var opener: CheckedContinuation<Bool, Never>?
        var reader: CheckedContinuation<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
        var lastHeard = Monotonic.now()
        var lastPing = Monotonic.now()
        var closeDeadline: Monotonic?
        var isEnding = false

        mutating func takeReader() -> [CheckedContinuation<Void, Never>] {
            defer { reader = nil }
            return reader.map { [$0] } ?? []
        }
    }

    init?(id: UInt64, limits: WebSocketLimits, engine: Engine, task: TaskHandle) {
        guard let codec = FrameCodec(maxMessage: limits.message) else { return nil }
        self.id = id
        self.limits = limits
        watch = engine.watch
        sessions = engine.webSockets
        memory = engine.memory
        self.task = task
        state = Mutex(State(codec: codec))
    }

    /// What the handler gets.
    var socket: WebSocket {
        WebSocket(
            messages: WebSocketMessages { try await self.nextMessage() },
            sending: { try await self.send($0) },
            closing: { self.close($0, $1) }
        )
    }

    // MARK: libmicrohttpd's thread

    func take(socket: Int32, handle: UpgradeHandle, received: [UInt8]) {
        var wakes = Wakes()
        let opener = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.socket = socket
            state.handle = handle
            state.isOpen = true
            state.lastHeard = .now()
            state.lastPing = .now()
            sessions.insert(self)
            listen(state)
            if !received.isEmpty { digest(received, &state, &wakes) }
            defer { state.opener = nil }
            return state.opener
        }
        opener?.resume(returning: true)
        wakes.perform()
    }

    func abandon() {
        let opener = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.isOpen else { return nil }
            state.isClosed = true
            defer { state.opener = nil }
            return state.opener
        }
        opener?.resume(returning: false)
    }

    // MARK: The watching thread

    /// The socket can be read or written, or the other side has gone.
    func ready(isReadable: Bool, isGone: Bool) {
        var wakes = Wakes()
        state.withLock { state in
            guard state.isOpen, !state.isClosed else { return }
            var isAtEnd = isGone && !isReadable
            if isReadable {
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                let count = unsafe recv(state.socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 {
                    digest(Array(buffer.prefix(count)), &state, &wakes)
                } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                    isAtEnd = true
                }
            }
            flush(&state, &wakes)
            if isAtEnd || (state.codec.isDone && state.codec.outgoing.isEmpty) { finish(&state, &wakes) }
        }
        wakes.perform()
    }

    /// Pings, and ends what has been silent for too long.
    func tick(_ now: Monotonic) {
        var wakes = Wakes()
        state.withLock { state in
            guard state.isOpen, !state.isClosed else { return }
            if let deadline = state.closeDeadline {
                if deadline < now { finish(&state, &wakes) }
                return
            }
            if state.lastHeard + limits.silence < now {
                finish(&state, &wakes)
            } else if let since = state.partialSince, since + limits.upload < now {
                end(1_008, "the message came too slowly", &state)
                flush(&state, &wakes)
            } else if state.lastPing + limits.ping < now {
                state.lastPing = now
                state.codec.ping()
                flush(&state, &wakes)
            }
        }
        wakes.perform()
    }

    private func digest(_ bytes: [UInt8], _ state: inout State, _ wakes: inout Wakes) {
        state.lastHeard = .now()
        for event in state.codec.feed(bytes) {
            switch event {
            case .message(let message):
                state.inbound.append(message)
                state.inboundBytes += message.size
            case .pong: break
            case .closed: state.isEnding = true
            }
        }
        if state.codec.isCloseSent || state.codec.isDone { beginEnding(&state) }
        state.partialSince = state.codec.partialBytes == 0 ? nil : state.partialSince ?? .now()
        if !account(&state) { end(1_013, "the server is busy: try again in a moment", &state) }
        wakes.readers += state.takeReader()
        listen(state)
    }

    /// Tells the server's account what this socket holds now; `false` when that is too much.
    func account(_ state: inout State) -> Bool {
        let bytes = state.isClosed ? 0 : state.codec.partialBytes + state.inboundBytes
        guard bytes <= state.heldBytes || memory.remember(bytes - state.heldBytes) else { return false }
        memory.forget(state.heldBytes - bytes)
        state.heldBytes = bytes
        return true
    }

    func end(_ code: UInt16, _ reason: String, _ state: inout State) {
        if !state.isEnding { state.codec.close(code, reason) }
        beginEnding(&state)
    }

    private func beginEnding(_ state: inout State) {
        state.isEnding = true
        if state.closeDeadline == nil { state.closeDeadline = .now() + .seconds(2) }
    }

    func flush(_ state: inout State, _ wakes: inout Wakes) {
        while !state.codec.outgoing.isEmpty {
            let sent = unsafe state.codec.outgoing.withUnsafeBytes { bytes in
                unsafe chttpd_send(state.socket, bytes.baseAddress, bytes.count)
            }
            guard sent > 0 else {
                if sent < 0, errno != EAGAIN, errno != EINTR { finish(&state, &wakes) }
                break
            }
            state.codec.sent(sent)
        }
        if state.codec.outgoing.count < limits.outbound {
            wakes.readers += state.writers
            state.writers = []
        }
        listen(state)
    }

    /// Asks for the events that the socket needs: reading pauses while messages wait or answers pile up.
    func listen(_ state: State) {
        guard state.isOpen, !state.isClosed else { return }
        let hasRoom = state.inbound.count < limits.inbound && state.codec.outgoing.count < limits.outbound * 2
        watch.watch(
            state.socket,
            id: id | WebSocketSessions.mark,
            reads: hasRoom,
            writes: !state.codec.outgoing.isEmpty
        )
    }

    func finish(_ state: inout State, _ wakes: inout Wakes) {
        guard !state.isClosed else { return }
        state.isClosed = true
        _ = account(&state)
        watch.forget(state.socket)
        sessions.remove(self)
        state.handle?.close()
        state.handle = nil
        wakes.readers += state.takeReader() + state.writers
        wakes.cancelled = task
        state.writers = []
    }
}

/// Continuations to resume once the lock is open.
struct Wakes {
    var readers: [CheckedContinuation<Void, Never>] = []
    /// The handler of a socket that is gone.
    var cancelled: TaskHandle?

    func perform() {
        for reader in readers { reader.resume() }
        cancelled?.cancel()
    }
}
