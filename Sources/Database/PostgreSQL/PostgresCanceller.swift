import CPostgres
import Core
import Dispatch
import Synchronization

/// Asks the server to stop the statement of one particular use of a connection, from any thread.
final class PostgresCanceller: Sendable {
    /// How long the server may leave a cancellation, or a question for a sign of life, without an answer.
    static let patience = Duration.seconds(5)

    private enum Phase {
        case idle
        /// A message may reach the server.
        case cancellable
        /// It commits or rolls back: that is waited for, and not for ever once somebody has asked.
        case ending
    }

    private struct State {
        var handle: CancelHandle?
        var use: UInt64 = 0
        var phase = Phase.idle
        var asked: ContinuousClock.Instant?
        var isSending = false
    }

    private let state = Mutex(State())
    private let sending = DispatchGroup()
    /// A server that stands still holds the message up, and with it a thread.
    private let queue = DispatchQueue(label: "database.cancel", qos: .userInitiated)

    /// Takes over what `PQgetCancel` gave.
    func attach(_ raw: OpaquePointer?) {
        let handle = unsafe raw.map { unsafe CancelHandle($0) }
        state.withLock { $0.handle = handle }
    }

    func begin() -> UInt64 {
        state.withLock { state in
            state.use += 1
            state.phase = .cancellable
            state.asked = nil
            return state.use
        }
    }

    /// From here on no message of this use leaves; one on its way is waited for, so that it cannot hit what comes next.
    ///
    /// - Returns: false when it does not arrive: the connection must not be used any more.
    func end() -> Bool {
        let (isSending, rest) = state.withLock { state in
            let rest = state.phase == .cancellable ? Self.patience - (state.asked.map { .now - $0 } ?? .zero) : .zero
            if state.phase == .cancellable { state.asked = state.asked.map { _ in .now } }
            state.phase = .ending
            return (state.isSending, rest)
        }
        guard isSending, rest > .zero else { return !isSending }
        return sending.wait(timeout: .now() + .microseconds(Int(rest.microseconds))) == .success
    }

    /// The use is over.
    func rest() { state.withLock { $0.phase = .idle } }

    var wasAsked: Bool { state.withLock { $0.asked != nil } }

    /// Returns at once: the message goes over a connection of its own, which takes a while.
    func cancel(_ use: UInt64) {
        let handle = state.withLock { state -> CancelHandle? in
            guard state.phase != .idle, state.use == use else { return nil }
            if state.asked == nil { state.asked = .now }
            guard state.phase == .cancellable, !state.isSending, let handle = state.handle else { return nil }
            state.isSending = true
            sending.enter()
            return handle
        }
        guard let handle else { return }
        queue.async { [self] in
            // A failure shows itself in that the statement goes on; then `insist` tries again.
            handle.send()
            state.withLock { $0.isSending = false }
            sending.leave()
        }
    }

    /// For the thread that waits for the server: says again what may have come between two statements.
    ///
    /// - Throws: `unavailable` when the server has not reacted for long.
    func insist() throws {
        let (use, asked) = state.withLock { ($0.use, $0.phase == .idle ? nil : $0.asked) }
        guard let asked else { return }
        guard .now - asked < Self.patience else { throw Self.unheard }
        cancel(use)
    }

    static var unheard: DatabaseFault { .lost("it did not react to a cancellation") }
}

/// The address to which cancellations go; freed after the last message that uses it.
///
/// `@unchecked Sendable`, because the pointer never changes and libpq only reads what it points to, from any thread.
@safe private final class CancelHandle: @unchecked Sendable {
    private let raw: OpaquePointer

    init(_ raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe PQfreeCancel(raw) }

    /// Returns when the server has taken the message, which may be never.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(raw, &message, Int32(message.count))
    }
}
