import Synchronization

/// What people agree to, looked up a moment ago: who sends many pictures costs one look in ten seconds.
final class ConsentCache: Sendable {
    private struct Entry {
        let granted: Set<ConsentPurpose>
        let until: ContinuousClock.Instant
    }

    private struct State {
        var entries: [User.ID: Entry] = [:]
        /// Counts changes: what was looked up before one is not kept after it.
        var changes = 0
    }

    private let state = Mutex(State())
    private static let capacity = 10_000
    private static let life = Duration.seconds(10)

    func granted(
        to user: User.ID,
        _ look: () async throws -> Set<ConsentPurpose>
    ) async throws -> Set<ConsentPurpose> {
        let now = ContinuousClock.now
        let (known, changes) = state.withLock { ($0.entries[user], $0.changes) }
        if let known, known.until > now { return known.granted }
        let granted = try await look()
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.entries.count >= Self.capacity { state.entries = [:] }
            state.entries[user] = Entry(granted: granted, until: now + Self.life)
        }
        return granted
    }

    /// Forgets somebody, or everybody.
    func forget(_ user: User.ID?) {
        state.withLock { state in
            state.changes += 1
            guard let user else { return state.entries = [:] }
            state.entries[user] = nil
        }
    }
}
