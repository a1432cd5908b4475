/// How long to wait before each new try: doubling up to a limit, with jitter so that many who wait do not come at once.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var tries = 0

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The next pause: between half and the whole of the doubled one.
    package mutating func next() -> Duration {
        let doubled = min(first * (1 << min(tries, 20)), longest)
        tries += 1
        return doubled * Double.random(in: 0.5...1)
    }
}
