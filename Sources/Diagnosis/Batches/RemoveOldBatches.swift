import Core
import JobQueue

/// Removes batches a month after they were finished, or begun and never finished.
struct RemoveOldBatches: Sendable {
    struct Payload: Codable, Sendable {}

    static let kind = JobKind<Payload>("diagnosis.remove-old-batches", JobPolicy(queue: "maintenance", width: 1))
    private static let age = Duration.seconds(30 * 86_400)

    let store: BatchStore
    let clock: WallClock

    func callAsFunction() async throws {
        while try await store.removeOld(before: clock.now() - Self.age, limit: 100) == 100 {}
    }
}
