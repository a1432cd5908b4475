import Synchronization

/// Counts in the memory of this process, for as many keys as it has room for.
///
/// Two windows are kept: what was used in the one before counts by the share of it that still lies within reach.
package final class MemoryRateCounter: RateCounting {
    private struct Use {
        var window: Int64
        var current: Int
        var before: Int
        var length: Int64
    }

    private let uses = Mutex<[String: Use]>([:])
    private let capacity: Int
    private let start = ContinuousClock.now
    private let elapsed: @Sendable (ContinuousClock.Instant) -> Duration

    /// `elapsed` tells the time since the start, in tests.
    package init(
        capacity: Int = 100_000,
        elapsed: @escaping @Sendable (ContinuousClock.Instant) -> Duration = { .now - $0 }
    ) {
        self.capacity = capacity
        self.elapsed = elapsed
    }

    package func use(_ key: String, cost: Int, limit: Int, per window: Duration) -> RateStanding {
        precondition(
            (1...limit).contains(cost) && window >= .milliseconds(1),
            "a rate needs a limit, a cost and a window"
        )
        let length = window.microseconds
        let now = elapsed(start).microseconds
        let (index, passed) = now.quotientAndRemainder(dividingBy: length)
        return uses.withLock { uses in
            var use = uses[key] ?? Use(window: index, current: 0, before: 0, length: length)
            if use.window != index || use.length != length {
                use.before = use.window == index - 1 && use.length == length ? use.current : 0
                (use.window, use.current, use.length) = (index, 0, length)
            }
            let reach = 1 - Double(passed) / Double(length)
            let used = Double(use.current) + Double(use.before) * reach
            let isAllowed = used + Double(cost) <= Double(limit)
            if isAllowed { use.current += cost }
            if uses[key] == nil, uses.count >= capacity { Self.makeRoom(in: &uses, now) }
            uses[key] = use
            return RateStanding(
                isAllowed: isAllowed,
                used: Int((used + (isAllowed ? Double(cost) : 0) - 0.000_001).rounded(.up)),
                limit: limit,
                reset: .microseconds(use.current > 0 ? 2 * length - passed : use.before > 0 ? length - passed : 0),
                retryAfter: isAllowed ? .zero : Self.wait(use, cost, limit, length, passed)
            )
        }
    }

    /// Until so much of the window before has slid out of reach.
    private static func wait(_ use: Use, _ cost: Int, _ limit: Int, _ length: Int64, _ passed: Int64) -> Duration {
        let room = Double(limit - use.current - cost)
        let wait =
            room >= 0
            ? Double(length) * (1 - room / Double(max(use.before, 1))) - Double(passed)
            : Double(length - passed) + Double(length) * (1 - Double(limit - cost) / Double(max(use.current, 1)))
        return .microseconds(Int64(max(wait, 1).rounded(.up)))
    }

    /// Forgets what counts no more; when all still counts, those that were used least.
    private static func makeRoom(in uses: inout [String: Use], _ now: Int64) {
        let count = uses.count
        uses = uses.filter { now / $0.value.length - $0.value.window <= 1 }
        guard uses.count == count else { return }
        let middle = uses.values.map(\.current).sorted()[count / 2]
        uses = uses.filter { $0.value.current > middle }
    }
}
