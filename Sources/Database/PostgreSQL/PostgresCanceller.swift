import CPostgres
import Dispatch
import Synchronization

/// Asks the server to stop the statement of one particular use of a connection, from any thread.
final class PostgresCanceller: Sendable {
    /// The address stands for the handle because pointers are not `Sendable`; zero before and after the connection.
    private struct State {
        var address: UInt = 0
        var use: UInt64 = 0
        var isInUse = false
        var asked: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Takes over what `PQgetCancel` gave, freeing what was there.
    func attach(_ handle: OpaquePointer?) {
        let address = UInt(bitPattern: handle)
        state.withLock { state in
            unsafe PQfreeCancel(OpaquePointer(bitPattern: state.address))
            state.address = address
        }
    }

    deinit { unsafe attach(nil) }

    func begin() -> UInt64 {
        state.withLock { state in
            state.use += 1
            state.isInUse = true
            state.asked = nil
            return state.use
        }
    }

    /// From here on nothing of this use can reach the server: a message on its way is waited for.
    func end() { state.withLock { $0.isInUse = false } }

    var wasAsked: Bool { state.withLock { $0.asked != nil } }

    /// Returns at once: the message goes over a connection of its own, which takes a while.
    func cancel(_ use: UInt64) { DispatchQueue.global(qos: .userInitiated).async { self.send { $0 == use } } }

    /// For the thread that waits for the server: says again what may have come between two statements.
    ///
    /// - Throws: `unavailable` when the server has not reacted for long.
    func insist() throws {
        guard let asked = state.withLock({ $0.isInUse ? $0.asked : nil }) else { return }
        guard .now - asked < .seconds(10) else { throw DatabaseFault.lost("it did not react to a cancellation") }
        send { _ in true }
    }

    /// The lock is held while the message goes, so that the next use cannot be hit instead.
    private func send(for isMeant: (UInt64) -> Bool) {
        state.withLock { state in
            guard state.isInUse, isMeant(state.use), state.address != 0 else { return }
            if state.asked == nil { state.asked = .now }
            var message = [CChar](repeating: 0, count: 256)
            // A failure shows itself in that the statement goes on; then `insist` tries again.
            _ = unsafe PQcancel(OpaquePointer(bitPattern: state.address), &message, Int32(message.count))
        }
    }
}
