import Core

/// Knows which workers are gone, from watching their heartbeats; knows no clock that could be set back.
///
/// A worker is gone when its beat stayed the same while it was watched for the whole of a lease. Time in which nobody could
/// look, because the database was away or this program stood still, does not count: the worker could not beat either.
struct LeaseWatch {
    private struct Sight {
        var beat: Int
        var idle: Duration = .zero
    }

    private let lease: Duration
    private var sights: [JobWorkerID: Sight] = [:]
    private var lastLook: ContinuousClock.Instant?

    init(lease: Duration) { self.lease = lease }

    /// Takes in what a look at the table has shown; returns those that are gone, with their last beat.
    mutating func look(_ beats: [JobWorkerID: Int], at now: ContinuousClock.Instant) -> [(id: JobWorkerID, beat: Int)] {
        let passed = lastLook.map { min(now - $0, lease / 3) } ?? .zero
        lastLook = now
        sights = sights.filter { beats[$0.key] != nil }
        var gone: [(JobWorkerID, Int)] = []
        for (id, beat) in beats {
            guard var sight = sights[id], sight.beat == beat else {
                sights[id] = Sight(beat: beat)
                continue
            }
            sight.idle += passed
            sights[id] = sight
            if sight.idle >= lease { gone.append((id, beat)) }
        }
        return gone
    }
}
