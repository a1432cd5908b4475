import Core
import Database

/// Work that comes again and again, such as a clean-up at night: once for all servers that share the database.
///
/// A time at which no worker ran is made up for once, when one runs again.
package struct JobSchedule: Sendable {
    package let name: String
    package let times: CronExpression
    let enqueue: @Sendable (JobQueue, Transaction) async throws -> Void

    package init<Payload>(
        _ kind: JobKind<Payload>,
        at times: CronExpression,
        _ payload: @escaping @Sendable () -> Payload
    ) {
        name = kind.name
        self.times = times
        enqueue = { queue, tx in try await queue.enqueue(kind, payload(), unique: "schedule", in: tx) }
    }
}
