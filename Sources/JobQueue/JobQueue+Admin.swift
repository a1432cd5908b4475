package import Core
package import Database

/// How many jobs of a kind there are in each state.
package struct JobCount: Sendable {
    package let kind: String
    let byState: [Job.State: Int]
    /// Seconds that the oldest ready one has waited.
    package let oldestReady: Double

    package func count(_ state: Job.State) -> Int { byState[state, default: 0] }
}

/// A process that carries out jobs.
package struct JobWorkerEntry: Sendable {
    package let id: String
    package let host: String
    package let process: Int
    /// Empty when it serves all.
    package let queues: [String]
    package let startedAt: Timestamp
    package let running: Int
}

extension JobQueue {
    /// The kinds of which there are jobs.
    package func counts() async throws -> [JobCount] {
        let rows = try await database.query(
            "SELECT kind, state, count(*) AS total, min(enqueued_at) AS oldest FROM job GROUP BY kind, state"
        )
        let now = clock.now()
        var kinds: [String: (counts: [Job.State: Int], oldest: Double)] = [:]
        for row in rows {
            guard let state = Job.State(rawValue: try row["state"]) else { continue }
            let kind: String = try row["kind"]
            kinds[kind, default: ([:], 0)].counts[state] = try row["total"]
            guard state == .ready else { continue }
            kinds[kind, default: ([:], 0)].oldest = max(0, (now - (try row["oldest", as: Timestamp.self])).seconds)
        }
        return kinds.sorted { $0.key < $1.key }.map {
            JobCount(kind: $0.key, byState: $0.value.counts, oldestReady: $0.value.oldest)
        }
    }

    /// The processes that carry out jobs now.
    package func workers() async throws -> [JobWorkerEntry] {
        let rows = try await database.query(
            """
            SELECT id, host, process, queues, started_at,
                (SELECT count(*) FROM job WHERE job.worker = job_worker.id AND state = 'running') AS running
            FROM job_worker ORDER BY id
            """
        )
        return try rows.map { row in
            JobWorkerEntry(
                id: try row["id", as: UUIDv7.self].description,
                host: try row["host"],
                process: try row["process"],
                queues: try row["queues", as: String.self].split(separator: ",").map(String.init),
                startedAt: try row["started_at"],
                running: try row["running"]
            )
        }
    }

    /// Failed jobs, the latest first.
    package func dead(after place: PagePlace? = nil, limit: Int) async throws -> (jobs: [DeadJob], next: PagePlace?) {
        let page = try await database.read { reader in
            try await reader.page(
                "SELECT id, kind, payload, attempts, cause, enqueued_at, failed_at FROM job WHERE state = 'dead'",
                in: Self.deadOrder,
                after: place,
                limit: limit
            )
        }
        return (
            try page.rows.map { row in
                DeadJob(
                    id: try row["id"],
                    kind: try row["kind"],
                    payload: try row["payload"],
                    attempts: try row["attempts"],
                    cause: try row["cause", as: String?.self] ?? "",
                    enqueuedAt: try row["enqueued_at"],
                    failedAt: try row["failed_at"]
                )
            }, page.next
        )
    }

    package static let deadOrder = PageOrder.descending(.init("failed_at", .timestamp), .init("id", .uuid))

    /// Gives a dead job all its attempts again.
    ///
    /// - Throws: `JobFault.unknown` when it is not dead, `notUnique` when an equal one waits or runs.
    package func retry(_ id: Job.ID) async throws {
        do {
            let rows = try await database.write { tx in
                let rows = try await tx.query(
                    """
                    UPDATE job SET state = 'ready', attempts = 0, due_at = NULL, failed_at = NULL
                    WHERE id = $1 AND state = 'dead' RETURNING kind
                    """,
                    [.id(id)]
                )
                let kinds = try rows.map { try $0["kind", as: String.self] }
                tx.afterCommit("jobs") { await self.wake(kinds) }
                return kinds
            }
            if rows.isEmpty { throw JobFault.unknown }
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            throw JobFault.notUnique
        }
    }

    /// Forgets a dead job.
    ///
    /// - Throws: `JobFault.unknown` when it is not dead.
    package func discard(_ id: Job.ID) async throws {
        guard try await database.execute("DELETE FROM job WHERE id = $1 AND state = 'dead'", [.id(id)]) == 1 else {
            throw JobFault.unknown
        }
    }
}
