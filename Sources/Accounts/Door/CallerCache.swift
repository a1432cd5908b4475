import Core
import Synchronization

/// Callers whose credentials were looked up a moment ago, by digest: a busy client costs one look in ten seconds.
///
/// Whoever changes what somebody may do says `forget`; other processes hear of it by signal, or ten seconds later at most.
final class CallerCache: Sendable {
    private struct Entry {
        let caller: Caller
        let until: ContinuousClock.Instant
    }

    private struct State {
        var entries: [SHA256: Entry] = [:]
        /// Counts changes: what was looked up before one is not kept after it.
        var changes = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let longestLife: Duration

    init(capacity: Int = 10_000, life: Duration = .seconds(10)) {
        self.capacity = capacity
        longestLife = life
    }

    /// The caller of this credential, looked up by `resolve` when it is not known.
    ///
    /// The `life` that it gives is how long the credential itself is still good. Who is not known is looked up each time.
    func caller(
        _ credential: String,
        _ resolve: () async throws -> (caller: Caller, life: Duration)?
    ) async throws -> Caller? {
        let digest = SHA256(of: credential.utf8)
        let now = ContinuousClock.now
        let (known, changes) = state.withLock { ($0.entries[digest], $0.changes) }
        if let known, known.until > now { return known.caller }
        guard let (caller, life) = try await resolve() else { return nil }
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.entries.count >= capacity { state.entries = state.entries.filter { $0.value.until > now } }
            if state.entries.count >= capacity { state.entries = [:] }
            state.entries[digest] = Entry(caller: caller, until: now + min(life, longestLife))
        }
        return caller
    }

    /// Forgets somebody, or everybody.
    func forget(_ user: User.ID?) {
        state.withLock { state in
            state.changes += 1
            guard let user else { return state.entries = [:] }
            state.entries = state.entries.filter { $0.value.caller.user != user }
        }
    }
}
