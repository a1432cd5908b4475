import Core
import ObjectStore
import Synchronization

/// A mark of this process.
final class HeldMark: Sendable {
    private struct State {
        /// By the clock of the store.
        var renewedAt = Timestamp(microseconds: 0)
        var confirmedAt = ContinuousClock.now
    }

    private let key: ObjectKey
    private let store: any ObjectStore
    private let times: MarkTimes
    private let state = Mutex(State())

    init(_ key: ObjectKey, in store: any ObjectStore, _ times: MarkTimes) {
        self.key = key
        self.store = store
        self.times = times
    }

    /// When it was last renewed, by the clock of the store.
    var renewedAt: Timestamp { state.withLock(\.renewedAt) }

    func set() async throws {
        let now = ContinuousClock.now
        try await store.put(key, bytes: Array("1".utf8))
        let there = try await store.head(key)
        state.withLock { $0 = State(renewedAt: there.modified, confirmedAt: now) }
    }

    func remove() async throws { try await store.delete(key) }

    /// Renews it again and again, until it is cancelled.
    func keepFresh() async throws {
        while true {
            try await Task.sleep(for: times.renewal)
            do {
                try await renew()
            } catch is ObjectFault {
                // A store that is away for a moment is asked again, as long as others trust the mark.
                try check()
            } catch is Overloaded {
                try check()
            }
        }
    }

    /// - Throws: `markLost` when somebody has removed the mark, or may have.
    func renew() async throws {
        let now = ContinuousClock.now
        guard try await isThere() else { throw lost }
        try await store.put(key, bytes: Array("1".utf8))
        let there = try await store.head(key)
        let before = renewedAt
        // Between the first look and the put another one may have removed it, though only when it was old.
        guard there.modified < before + times.leeway else { throw lost }
        state.withLock { $0 = State(renewedAt: there.modified, confirmedAt: now) }
    }

    /// - Throws: `markLost` when the mark was not renewed for so long that others may not trust it any more.
    func check() throws {
        let confirmed = state.withLock(\.confirmedAt)
        guard ContinuousClock.now - confirmed < times.leeway else { throw lost }
    }

    private func isThere() async throws -> Bool {
        do {
            _ = try await store.head(key)
            return true
        } catch let fault as ObjectFault where fault.code == .notFound {
            return false
        }
    }

    private var lost: BackupFault { .markLost("\(key)") }
}
