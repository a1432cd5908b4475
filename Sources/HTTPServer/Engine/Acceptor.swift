internal import CMicroHTTPD
internal import Core
internal import Glibc
internal import Synchronization

/// Accepts clients on the watching thread and brings those that are admitted to libmicrohttpd.
///
/// The library could listen by itself, but its way to stop listening races with its own threads and can abort the process.
final class Acceptor: Sendable {
    /// Clients taken in one go, before other sockets have their turn.
    private static let batch = 64

    private struct State: ~Copyable {
        /// `nil` once closed.
        var listener: Listener?
        /// Out of descriptors or memory: nobody is accepted until the next tick.
        var isResting = false
    }

    private let state: Mutex<State>
    private let daemon: Daemon
    private let engine: Engine

    init(_ listener: consuming Listener, daemon: Daemon, engine: Engine) {
        self.daemon = daemon
        self.engine = engine
        engine.watch.watch(listener: listener.descriptor.number)
        state = Mutex(State(listener: listener))
    }

    /// Takes clients that wait.
    func accept() { state.withLock { take(Self.batch, &$0) } }

    private func take(_ limit: Int, _ state: inout State) {
        guard let listener = state.listener?.descriptor.number, !state.isResting else { return }
        for _ in 0..<limit {
            var address = sockaddr_storage()
            var length = socklen_t(0)
            if let client = FileDescriptor(owning: unsafe chttpd_accept(listener, &address, &length)) {
                admit(client, address, length)
            } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                state.isResting = true
                return engine.watch.forget(listener)
            } else if errno == EAGAIN {
                return
            }
        }
    }

    func tick() {
        state.withLock { state in
            guard state.isResting, let listener = state.listener?.descriptor.number else { return }
            state.isResting = false
            engine.watch.watch(listener: listener)
        }
    }

    /// Takes those who wait, then lets the system refuse clients; nothing is accepted once this has returned.
    func close() {
        state.withLock { state in
            take(Listener.backlog, &state)
            state.listener = nil
        }
    }

    private func admit(_ client: consuming FileDescriptor, _ address: sockaddr_storage, _ length: socklen_t) {
        let place = ClientAddress(address)
        guard engine.admits(place) else { return }
        if !daemon.add(client, address, length) { engine.refused(place) }
    }
}
