import Core
import Testing

@testable import JobQueue

@Suite("Leases") struct LeaseWatchTests {
    private let id = JobWorkerID.next()
    private let start = ContinuousClock.now

    @Test("A worker whose beat stays the same for a lease is gone")
    func silent() {
        var watch = LeaseWatch(lease: .seconds(30))
        for second in stride(from: 0, to: 30, by: 10) {
            #expect(watch.look([id: 5], at: start + .seconds(second)).isEmpty)
        }
        let gone = watch.look([id: 5], at: start + .seconds(30))
        #expect(gone.map(\.id) == [id] && gone.map(\.beat) == [5])
    }

    @Test("A worker that beats stays")
    func beating() {
        var watch = LeaseWatch(lease: .seconds(30))
        for second in stride(from: 0, to: 300, by: 10) {
            #expect(watch.look([id: second / 20], at: start + .seconds(second)).isEmpty)
        }
    }

    @Test("Time in which nobody looked does not count, because nobody could beat either")
    func absent() {
        var watch = LeaseWatch(lease: .seconds(30))
        #expect(watch.look([id: 1], at: start).isEmpty)
        #expect(watch.look([id: 1], at: start + .seconds(3_600)).isEmpty)
        #expect(watch.look([id: 2], at: start + .seconds(3_610)).isEmpty)
    }
}
