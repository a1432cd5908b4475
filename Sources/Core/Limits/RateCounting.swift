/// Counts uses over a sliding window and says whether one more is allowed.
package protocol RateCounting: Sendable {
    /// Counts `cost` uses of `key` if they fit; what is refused is not counted.
    ///
    /// - Throws: when nobody can say.
    func use(_ key: String, cost: Int, limit: Int, per window: Duration) async throws -> RateStanding
}

/// How a caller stands after a use was counted or refused.
package struct RateStanding: Hashable, Sendable {
    package let isAllowed: Bool
    /// Within the window that ends now, this use included when it was allowed; rounded up.
    package let used: Int
    package let limit: Int
    /// Until nothing used so far counts any more.
    package let reset: Duration
    /// Until the same use would be allowed; zero when it was.
    package let retryAfter: Duration

    package init(isAllowed: Bool, used: Int, limit: Int, reset: Duration, retryAfter: Duration) {
        self.isAllowed = isAllowed
        self.used = used
        self.limit = limit
        self.reset = reset
        self.retryAfter = retryAfter
    }
}
