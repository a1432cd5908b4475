import Core
import Testing

@testable import JobQueue

@Suite("Slots of a worker") struct JobSlotsTests {
    private func job(_ kind: String) -> ClaimedJob {
        ClaimedJob(id: .next(), kind: kind, payload: [], attempt: 1, enqueuedAt: .now())
    }

    @Test("Room is what a kind's width and the whole leave")
    func room() {
        var slots = JobSlots(concurrency: 5, widths: ["a": 2, "b": 4])
        #expect(slots.room == ["a": 2, "b": 4])
        let first = job("a")
        slots.begin(first, deadline: .now)
        slots.begin(job("a"), deadline: .now)
        #expect(slots.room == ["b": 3])
        for _ in 1...3 { slots.begin(job("b"), deadline: .now) }
        #expect(slots.room.isEmpty)
        slots.end(first.id, .done)
        #expect(slots.room == ["a": 1, "b": 1])
        #expect(slots.held.contains(first.id), "its end is not written down yet")
        #expect(slots.takeEnded().map(\.outcome) == [.done])
        #expect(!slots.held.contains(first.id))
    }

    @Test("Urgent kinds go first, and equal ones take turns")
    func order() {
        var slots = JobSlots(concurrency: 5, widths: [:])
        let ready: [(kind: String, priority: JobPriority)] = [("bulk", .bulk), ("a", .urgent), ("b", .urgent)]
        let orders = [slots.order(ready), slots.order(ready)]
        #expect(Set(orders) == [["a", "b", "bulk"], ["b", "a", "bulk"]])
        #expect(slots.order([]).isEmpty)
    }

    @Test("A job that heeds no cancellation is given up, and keeps its place until it ends")
    func abandoned() {
        var slots = JobSlots(concurrency: 1, widths: ["a": 1])
        let late = job("a")
        let now = ContinuousClock.now
        slots.begin(late, deadline: now)
        #expect(slots.abandon(at: now + .seconds(29), patience: .seconds(30), cause: "late").isEmpty)
        #expect(slots.abandon(at: now + .seconds(30), patience: .seconds(30), cause: "late").map(\.id) == [late.id])
        #expect(slots.abandon(at: now + .seconds(31), patience: .seconds(30), cause: "late").isEmpty)
        #expect(slots.takeEnded().map(\.outcome) == [.failed(cause: "late", isHopeless: false)])
        #expect(slots.room.isEmpty)
        slots.end(late.id, .done)
        #expect(slots.takeEnded().isEmpty, "its end was written down before")
        #expect(slots.room == ["a": 1])
    }
}
