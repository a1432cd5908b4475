import Core
import Database

/// The rows of schedules: when each is due next.
struct JobScheduleStore: Sendable {
    private struct Entry {
        let expression: String
        let next: Timestamp
    }

    /// What is to be done about a schedule now.
    private enum Turn { case wait, set, fire }

    /// Enqueues what is due and sets the next times.
    func fire(_ schedules: [JobSchedule], on queue: JobQueue, at now: Timestamp, in tx: Transaction) async throws {
        // One server at a time: two must not see the same schedule due.
        try await tx.lock("job_schedule")
        let known = try await entries(in: tx)
        for schedule in schedules {
            let turn = turn(of: schedule, known[schedule.name], at: now)
            if turn == .wait { continue }
            if turn == .fire { try await schedule.enqueue(queue, tx) }
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
        let known = try await entries(in: reader)
        return schedules.contains { turn(of: $0, known[$0.name], at: now) != .wait }
    }

    private func turn(of schedule: JobSchedule, _ entry: Entry?, at now: Timestamp) -> Turn {
        guard let entry, entry.expression == schedule.times.text else { return .set }
        if entry.next <= now { return .fire }
        // A clock that was set back must not make it wait for the old time to come again.
        return entry.next > schedule.times.next(after: now) ? .set : .wait
    }

    private func entries(in reader: DatabaseReader) async throws -> [String: Entry] {
        let rows = try await reader.query("SELECT name, expression, next_at FROM job_schedule")
        let entries = try rows.map { row in
            (try row["name", as: String.self], Entry(expression: try row["expression"], next: try row["next_at"]))
        }
        return Dictionary(entries) { first, _ in first }
    }
}
