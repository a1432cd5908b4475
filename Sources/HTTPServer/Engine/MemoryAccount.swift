internal import Synchronization

/// Counts the bytes of clients that the server holds in memory, all connections together.
final class MemoryAccount: Sendable {
    private let limit: Int
    private let held = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Takes bytes into account; `false` when there would be too many.
    func remember(_ bytes: Int) -> Bool {
        guard held.add(bytes, ordering: .relaxed).newValue > limit else { return true }
        held.subtract(bytes, ordering: .relaxed)
        return false
    }

    func forget(_ bytes: Int) { if bytes > 0 { held.subtract(bytes, ordering: .relaxed) } }
}
