import Core
import Synchronization

/// Counts up and down.
final class Level: Sendable {
    private let level = Atomic(0)
    var value: Int { level.load(ordering: .sequentiallyConsistent) }
    func rise() -> Int { level.add(1, ordering: .sequentiallyConsistent).newValue }
    func fall() { level.subtract(1, ordering: .sequentiallyConsistent) }
}

/// A clock whose hands the test moves.
final class Hands: Sendable {
    private let moment = Mutex(Timestamp.now())
    var clock: WallClock { WallClock { self.moment.withLock { $0 } } }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
