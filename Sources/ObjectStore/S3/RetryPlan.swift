package import Core

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

    /// The rests of one call, one after another.
    package var backoff: Backoff { Backoff(first: first, longest: longest) }
}
