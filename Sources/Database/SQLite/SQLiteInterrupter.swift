import CSQLite
import Synchronization

/// Stops the statement of one particular use of a connection, from any thread.
final class SQLiteInterrupter: Sendable {
    /// The address stands for the handle because pointers are not `Sendable`; it is zero once the connection is closed.
    private struct State {
        var address: UInt = 0
        var use: UInt64 = 0
        var isInUse = false
    }

    private let state = Mutex(State())

    func attach(_ connection: SQLiteConnection?) {
        let address = connection?.address ?? 0
        state.withLock { $0.address = address }
    }

    func begin() -> UInt64 {
        state.withLock { state in
            state.use += 1
            state.isInUse = true
            return state.use
        }
    }

    func end() { state.withLock { $0.isInUse = false } }

    /// Does nothing when that use is over; the lock keeps the next use from being hit instead.
    func interrupt(_ use: UInt64) {
        state.withLock { state in
            guard state.isInUse, state.use == use, let handle = unsafe OpaquePointer(bitPattern: state.address) else {
                return
            }
            unsafe sqlite3_interrupt(handle)
        }
    }
}
