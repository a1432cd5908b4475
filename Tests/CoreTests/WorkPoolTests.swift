import Core
import Dispatch
import Synchronization
import Testing

struct WorkPoolTests {
    @Test func `never more than its width runs at once, and all of it runs`() async throws {
        let pool = WorkPool(name: "test", width: 3, depth: 100)
        let tally = Tally()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await pool.run {
                        tally.enter()
                        DispatchSemaphore(value: 0).waitAWhile()
                        tally.leave()
                        return number
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 60 * 59 / 2)
        #expect(tally.most <= 3)
    }

    @Test func `a full queue refuses at once`() async throws {
        let pool = WorkPool(name: "small", width: 1, depth: 1)
        let gate = DispatchSemaphore(value: 0)
        async let running: Void = pool.run { gate.wait() }
        async let waiting: Void = pool.run {}
        while pool.waitingCount < 1 { await Task.yield() }
        await #expect(throws: Overloaded(resource: "small")) { try await pool.run {} }
        gate.signal()
        _ = try await (running, waiting)
    }

    @Test func `work cancelled while it waits never runs`() async throws {
        let pool = WorkPool(name: "cancel", width: 1, depth: 10)
        let gate = DispatchSemaphore(value: 0)
        let tally = Tally()
        async let running: Void = pool.run { gate.wait() }
        let doomed = Task { try await pool.run { tally.enter() } }
        while pool.waitingCount < 1 { await Task.yield() }
        doomed.cancel()
        await #expect(throws: CancellationError.self) { try await doomed.value }
        gate.signal()
        try await running
        #expect(tally.most == 0)
        #expect(pool.waitingCount == 0)
    }

    @Test func `what waited longer than the pool's patience is refused, and so is whoever comes then`() async throws {
        let pool = WorkPool(name: "slow", width: 1, depth: 10, patience: .milliseconds(50))
        let gate = DispatchSemaphore(value: 0)
        let tally = Tally()
        async let running: Void = pool.run { gate.wait() }
        let late = Task { try await pool.run { tally.enter() } }
        while pool.waitingCount < 1 { await Task.yield() }
        try await Task.sleep(for: .milliseconds(60))
        await #expect(throws: Overloaded(resource: "slow")) { try await pool.run {} }
        await #expect(throws: Overloaded(resource: "slow")) { try await late.value }
        gate.signal()
        try await running
        #expect(tally.most == 0)
        try await pool.run {}
    }
}

extension DispatchSemaphore {
    fileprivate func waitAWhile() { _ = wait(timeout: .now() + .milliseconds(2)) }
}

/// Counts who is inside.
private final class Tally: Sendable {
    private let counts = Mutex<(now: Int, most: Int)>((0, 0))

    var most: Int { counts.withLock(\.most) }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func leave() { counts.withLock { $0.now -= 1 } }
}
