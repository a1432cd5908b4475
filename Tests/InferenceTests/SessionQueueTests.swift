import Testing

@testable import Inference

struct SessionQueueTests {
    private struct Ticket: SessionJob, Equatable {
        let id: UInt64
        var deadline: ContinuousClock.Instant?
    }

    private let now = ContinuousClock.now

    private func queue(workers: Int = 2, depth: Int = 8, parked: Bool = true) -> SessionQueue<Ticket> {
        var queue = SessionQueue<Ticket>(workers: workers, depth: depth, secondsPerPicture: 0.01)
        if parked { for worker in 0..<workers { _ = queue.next(for: worker, now: now) } }
        return queue
    }

    private func run(_ queue: inout SessionQueue<Ticket>, _ worker: Int) -> (ids: [UInt64], isWide: Bool)? {
        guard case .run(let run) = queue.next(for: worker, now: now).step else { return nil }
        return (run.jobs.map(\.id), run.isWide)
    }

    @Test func `a lone request gets all cores`() {
        var queue = queue()
        #expect(queue.admit(Ticket(id: 1), now: now) == .wake(worker: 0))
        let taken = run(&queue, 0)
        #expect(taken?.ids == [1])
        #expect(taken?.isWide == true)
    }

    @Test(
        "A run over all cores that was no faster keeps the next lone ones on one core, for a while",
        arguments: [(0.006, true), (0.0095, false)]
    )
    func widening(seconds: Double, staysWide: Bool) {
        var queue = queue()
        var wide: [Bool] = []
        for id in 1...18 {
            _ = queue.admit(Ticket(id: UInt64(id)), now: now)
            let isWide = run(&queue, 0)?.isWide == true
            queue.finished(pictures: 1, isWide: isWide, in: isWide ? seconds : 0.01)
            _ = queue.next(for: 0, now: now)
            wide.append(isWide)
        }
        #expect(
            wide
                == (staysWide
                    ? Array(repeating: true, count: 18) : [true] + Array(repeating: false, count: 16) + [true])
        )
    }

    @Test func `on one core nothing is wide`() {
        var queue = queue(workers: 1)
        _ = queue.admit(Ticket(id: 1), now: now)
        #expect(run(&queue, 0)?.isWide == false)
    }

    @Test func `what a picture takes follows the runs on one core`() {
        var queue = queue()
        for _ in 0..<100 { queue.finished(pictures: 4, isWide: false, in: 0.08) }
        #expect(abs(queue.secondsPerPicture - 0.02) < 1e-4)
    }

    @Test func `a second request runs beside the first on a core of its own`() {
        var queue = queue()
        _ = queue.admit(Ticket(id: 1), now: now)
        _ = run(&queue, 0)
        #expect(queue.admit(Ticket(id: 2), now: now) == .wake(worker: 1))
        #expect(run(&queue, 1)?.isWide == false)
        #expect(queue.admit(Ticket(id: 3), now: now) == .wait)
        #expect(run(&queue, 0).map { !$0.isWide && $0.ids == [3] } == true)
    }

    @Test func `a woken worker that finds nothing parks again`() {
        var queue = queue()
        _ = queue.admit(Ticket(id: 1), now: now)
        #expect(run(&queue, 1)?.ids == [1])
        #expect(run(&queue, 0) == nil)
        #expect(queue.admit(Ticket(id: 2), now: now) == .wake(worker: 0))
    }

    @Test func `waiting pictures are shared out and run in groups`() {
        var queue = queue(depth: 16, parked: false)
        queue.groupSizes = [1, 4]
        for id in 1...10 { _ = queue.admit(Ticket(id: UInt64(id)), now: now) }
        #expect(run(&queue, 0)?.ids == [1, 2, 3, 4])
        #expect(run(&queue, 1)?.ids == [5])
        #expect(run(&queue, 0)?.ids == [6])
    }

    @Test func `one more than the depth is refused`() {
        var queue = queue(depth: 2, parked: false)
        #expect(queue.admit(Ticket(id: 1), now: now) == .wait)
        #expect(queue.admit(Ticket(id: 2), now: now) == .wait)
        #expect(queue.admit(Ticket(id: 3), now: now) == .refuse)
    }

    @Test func `a picture that would wait past its deadline is refused at once`() {
        var queue = queue(parked: false)
        for id in 1...4 { _ = queue.admit(Ticket(id: UInt64(id)), now: now) }
        #expect(queue.expectedWait == .milliseconds(20))
        #expect(queue.admit(Ticket(id: 5, deadline: now + .milliseconds(10)), now: now) == .refuse)
        #expect(queue.admit(Ticket(id: 6, deadline: now + .milliseconds(30)), now: now) == .wait)
    }

    @Test func `what waited past its deadline is handed back, not run`() {
        var queue = queue(parked: false)
        _ = queue.admit(Ticket(id: 1, deadline: now + .milliseconds(1)), now: now)
        _ = queue.admit(Ticket(id: 2), now: now)
        let turn = queue.next(for: 0, now: now + .milliseconds(2))
        #expect(turn.expired.map(\.id) == [1])
        guard case .run(let run) = turn.step else {
            Issue.record("nothing was run")
            return
        }
        #expect(run.jobs.map(\.id) == [2])
    }

    @Test func `a withdrawn picture leaves the queue once`() {
        var queue = queue(parked: false)
        _ = queue.admit(Ticket(id: 1), now: now)
        #expect(queue.withdraw(1)?.id == 1)
        #expect(queue.withdraw(1) == nil)
        #expect(queue.waiting.isEmpty)
    }

    @Test func `a closed queue runs what it holds, then stops`() {
        var queue = queue(parked: false)
        _ = queue.next(for: 1, now: now)
        _ = queue.admit(Ticket(id: 1), now: now)
        _ = queue.next(for: 1, now: now)
        _ = queue.admit(Ticket(id: 2), now: now)
        #expect(queue.close() == [])
        #expect(queue.admit(Ticket(id: 3), now: now) == .refuse)
        #expect(run(&queue, 0)?.ids == [2])
        guard case .stop = queue.next(for: 0, now: now).step else {
            Issue.record("the worker goes on")
            return
        }
    }

    @Test(
        "A group is kept only where it saves a tenth",
        arguments: [(0.0095, true, [1]), (0.0085, true, [1, 4]), (0.02, false, [1, 4])]
    )
    func settling(inGroup: Double, mustGain: Bool, expected: [Int]) {
        var queue = queue()
        let warmUp = WarmUp(alone: 0.01, inGroup: [4: inGroup])
        queue.settle([warmUp, warmUp], mustGain: mustGain)
        #expect(queue.groupSizes == expected)
    }
}
