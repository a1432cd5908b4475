package import Core
import Database

/// Tells whether the work is being done: the line `queue` of `/health`.
package struct JobQueueHealth: HealthCheck {
    package let name = "queue"
    package let silence = Health.Status.degraded
    private let queue: JobQueue

    /// What waits longer is not being looked after.
    private static let patience = Duration.seconds(300)

    package init(_ queue: JobQueue) { self.queue = queue }

    package func check() async -> Health {
        do {
            let (workers, since) = try await queue.database.read { reader in
                try await JobAdminStore().waiting(in: reader)
            }
            guard let since else { return .healthy }
            let waited = queue.clock.now() - since
            guard waited > Self.patience else { return .healthy }
            let minutes = Int(waited.seconds / 60)
            return Health(
                .degraded,
                workers == 0
                    ? "jobs have waited for \(minutes) minutes and nobody carries them out: start hedgerow worker"
                    : "jobs have waited for \(minutes) minutes: start more of hedgerow worker, or look at the page Server"
            )
        } catch {
            return Health(.degraded, "the queue cannot be looked at: see the database")
        }
    }
}
