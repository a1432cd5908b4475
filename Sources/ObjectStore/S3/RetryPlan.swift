/// How often a request is tried and how long it rests between: longer each time, and never in step with others.
package struct RetryPlan: Sendable {
    package var attempts: Int
    /// The longest rest before the second attempt; doubles each time.
    package var first: Duration
    package var longest: Duration

    package init(attempts: Int = 5, first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
        self.attempts = attempts
        self.first = first
        self.longest = longest
    }

    package static let once = RetryPlan(attempts: 1)

    /// The rest after that many failures; `chance` from 0 to 1 spreads those who failed together.
    func pause(after failures: Int, chance: Double, atLeast least: Duration?) -> Duration {
        let full = min(first * (1 << min(max(failures - 1, 0), 20)), longest)
        let spread = full * (0.5 + chance / 2)
        return max(spread, least ?? .zero)
    }
}
