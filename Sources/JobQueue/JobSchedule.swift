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

/// The rows of schedules: when each is due next.
struct JobScheduleStore: Sendable {
    /// Enqueues what is due and sets the next times.
    func fire(_ schedules: [JobSchedule], on queue: JobQueue, at now: Timestamp, in tx: Transaction) async throws {
        guard !schedules.isEmpty else { return }
        // One server at a time: two must not see the same schedule due.
        try await tx.lock("job_schedule")
        let rows = try await tx.query("SELECT name, expression, next_at FROM job_schedule")
        let known = Dictionary(
            try rows.map { row in
                (
                    try row["name", as: String.self],
                    (try row["expression", as: String.self], try row["next_at", as: Timestamp.self])
                )
            }
        ) { first, _ in first }
        for schedule in schedules {
            let (expression, next) = known[schedule.name] ?? ("", now)
            if expression == schedule.times.text {
                // A clock that was set back must not make it wait for the old time to come again.
                guard next <= now || next > schedule.times.next(after: now) else { continue }
                if next <= now { try await schedule.enqueue(queue, tx) }
            }
            try await tx.execute(
                """
                INSERT INTO job_schedule (name, expression, next_at) VALUES ($1, $2, $3)
                ON CONFLICT (name) DO UPDATE SET expression = excluded.expression, next_at = excluded.next_at
                """,
                [.text(schedule.name), .text(schedule.times.text), .timestamp(schedule.times.next(after: now))]
            )
        }
    }

    /// Whether something is due or new, to be asked before a transaction is begun.
    func isDue(_ schedules: [JobSchedule], at now: Timestamp, in reader: DatabaseReader) async throws -> Bool {
        let rows = try await reader.query("SELECT name, expression, next_at FROM job_schedule")
        let next = Dictionary(
            try rows.map { row in
                (
                    try row["name", as: String.self] + " " + (try row["expression", as: String.self]),
                    try row["next_at", as: Timestamp.self]
                )
            }
        ) { first, _ in first }
        return schedules.contains { schedule in
            guard let moment = next[schedule.name + " " + schedule.times.text] else { return true }
            return moment <= now || moment > schedule.times.next(after: now)
        }
    }
}
