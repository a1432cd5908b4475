import Core
import Synchronization
import Testing

@testable import App
@testable import Backup

/// What the health page says of backups.
struct BackupWatchTests {
    private static let start = Timestamp(microseconds: 1_778_749_920_000_000)

    /// A clock that is set by hand.
    private final class Hands: Sendable {
        private let time = Mutex(BackupWatchTests.start)
        var clock: WallClock { WallClock { self.time.withLock(\.self) } }
        func go(hours: Int) { time.withLock { $0 = $0 + .seconds(3_600 * hours) } }
    }

    private struct Away: Error {}

    private final class Place: Sendable {
        let isAway = Atomic(true)
        let looks = Atomic(0)

        func look() throws -> BackupPlace.Condition {
            looks.add(1, ordering: .relaxed)
            if isAway.load(ordering: .relaxed) { throw Away() }
            return .init(latest: nil, freeBytes: nil)
        }
    }

    private func watch(
        _ hands: Hands,
        _ look: @escaping @Sendable () async throws -> BackupPlace.Condition
    ) -> BackupWatch { BackupWatch(log: .silent, clock: hands.clock, look: look) }

    @Test func `a place is well until 36 hours have gone without a backup`() async {
        let hands = Hands()
        let never = watch(hands) { .init(latest: nil, freeBytes: nil) }
        let made = watch(hands) { .init(latest: BackupID(at: Self.start + .seconds(-3_600 * 30)), freeBytes: nil) }
        #expect(await never.check().status == .healthy)
        await never.lookOnce()
        await made.lookOnce()
        #expect(await never.check().status == .healthy)
        #expect(await made.check().status == .healthy)
        hands.go(hours: 7)
        #expect(await never.check().status == .healthy)
        let overdue = await made.check()
        #expect(overdue.status == .degraded && overdue.detail?.contains("36 hours") == true)
        hands.go(hours: 30)
        #expect(await never.check().status == .degraded)
    }

    @Test func `a place that cannot be used is degraded until it can, and health does not ask it`() async {
        let place = Place()
        let watch = watch(Hands()) { try place.look() }
        await watch.lookOnce()
        for _ in 0..<100 { #expect(await watch.check().status == .degraded) }
        place.isAway.store(false, ordering: .relaxed)
        #expect(await watch.check().status == .degraded)
        #expect(place.looks.load(ordering: .relaxed) == 1)
        await watch.lookOnce()
        #expect(await watch.check().status == .healthy)
    }
}
