/// Counts where all servers count together; while that place is away, or where there is none, in this process alone.
///
/// Too generous rather than closed: it never fails.
package struct LenientRateCounter: Sendable {
    private let shared: (any RateCounting)?
    private let own = MemoryRateCounter()

    package init(shared: (any RateCounting)?) { self.shared = shared }

    package func use(_ key: String, cost: Int = 1, limit: Int, per window: Duration) async -> RateStanding {
        if let shared, let standing = try? await shared.use(key, cost: cost, limit: limit, per: window) {
            return standing
        }
        return own.use(key, cost: cost, limit: limit, per: window)
    }
}
