import Core
import Synchronization
import Testing

struct MemoryRateCounterTests {
    /// A counter whose time the test moves.
    private final class Time: Sendable {
        private let passed = Mutex(Duration.zero)
        func advance(_ duration: Duration) { passed.withLock { $0 += duration } }
        func counter(capacity: Int = 100) -> MemoryRateCounter {
            MemoryRateCounter(capacity: capacity) { _ in self.passed.withLock { $0 } }
        }
    }

    @Test func `uses up to the limit are allowed, and what was refused would be after the time that is told`() {
        let time = Time()
        let counter = time.counter()
        for number in 1...10 {
            let standing = counter.use("a", cost: 1, limit: 10, per: .seconds(60))
            #expect(standing.isAllowed && standing.used == number)
        }
        let refused = counter.use("a", cost: 1, limit: 10, per: .seconds(60))
        #expect(!refused.isAllowed && refused.used == 10)
        #expect(counter.use("b", cost: 1, limit: 10, per: .seconds(60)).isAllowed, "another caller is not affected")
        time.advance(refused.retryAfter - .milliseconds(1))
        #expect(!counter.use("a", cost: 1, limit: 10, per: .seconds(60)).isAllowed)
        time.advance(.milliseconds(2))
        #expect(counter.use("a", cost: 1, limit: 10, per: .seconds(60)).isAllowed)
    }

    @Test func `no stretch of a window's length sees more than the limit and a little`() {
        let time = Time()
        let counter = time.counter()
        var allowed: [Int] = []
        for step in 0..<600 {
            if counter.use("a", cost: 1, limit: 20, per: .seconds(10)).isAllowed { allowed.append(step) }
            time.advance(.milliseconds(100))
        }
        for start in 0..<500 {
            let within = allowed.count { (start..<start + 100).contains($0) }
            #expect(within <= 22, "\(within) from step \(start)")
        }
        #expect(allowed.count >= 110, "the limit is not far from used up: \(allowed.count)")
    }

    @Test func `after a pause all is forgotten`() {
        let time = Time()
        let counter = time.counter()
        let standing = counter.use("a", cost: 10, limit: 10, per: .seconds(60))
        time.advance(standing.reset)
        #expect(counter.use("a", cost: 10, limit: 10, per: .seconds(60)).isAllowed)
    }

    @Test func `strangers without number do not make it grow`() {
        let counter = Time().counter(capacity: 50)
        for _ in 1...5 { _ = counter.use("busy", cost: 1, limit: 5, per: .seconds(60)) }
        for number in 0..<1_000 { _ = counter.use("\(number)", cost: 1, limit: 5, per: .seconds(60)) }
        #expect(!counter.use("busy", cost: 1, limit: 5, per: .seconds(60)).isAllowed, "who used most is remembered")
    }
}
