import Core
import Database

/// The rows of jobs and workers, as the operator sees them.
struct JobAdminStore: Sendable {
    struct Standing: Sendable {
        let kind: String
        let state: Job.State
        let count: Int
        /// When the first of them was enqueued.
        let oldest: Timestamp
    }

    func standings(in reader: DatabaseReader) async throws -> [Standing] {
        let rows = try await reader.query(
            "SELECT kind, state, count(*) AS total, min(enqueued_at) AS oldest FROM job GROUP BY kind, state ORDER BY kind"
        )
        return try rows.compactMap { row in
            guard let state = Job.State(rawValue: try row["state"]) else { return nil }
            return Standing(kind: try row["kind"], state: state, count: try row["total"], oldest: try row["oldest"])
        }
    }

    func workers(in reader: DatabaseReader) async throws -> [JobWorkerEntry] {
        let rows = try await reader.query(
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

    /// How many workers there are, and since when the first job waits that nobody has begun.
    func waiting(in reader: DatabaseReader) async throws -> (workers: Int, since: Timestamp?) {
        let row = try await reader.first(
            """
            SELECT (SELECT count(*) FROM job_worker) AS workers,
                (SELECT min(enqueued_at) FROM job WHERE state = 'ready' AND attempts = 0) AS oldest
            """
        )
        return (try row?["workers"] ?? 0, try row?["oldest"])
    }

    static let deadOrder = PageOrder.descending(.init("failed_at", .timestamp), .init("id", .uuid))

    func dead(
        after place: PagePlace?,
        limit: Int,
        in reader: DatabaseReader
    ) async throws -> (jobs: [DeadJob], next: PagePlace?) {
        let page = try await reader.page(
            "SELECT id, kind, payload, attempts, cause, enqueued_at, failed_at FROM job WHERE state = 'dead'",
            in: Self.deadOrder,
            after: place,
            limit: limit
        )
        let jobs = try page.rows.map { row in
            DeadJob(
                id: try row["id"],
                kind: try row["kind"],
                payload: try row["payload"],
                attempts: try row["attempts"],
                cause: try row["cause", as: String?.self] ?? "",
                enqueuedAt: try row["enqueued_at"],
                failedAt: try row["failed_at"]
            )
        }
        return (jobs, page.next)
    }

    /// Makes a dead job ready with all its attempts; returns its kind, `nil` when it is not dead.
    func revive(_ id: Job.ID, in tx: Transaction) async throws -> String? {
        try await tx.first(
            """
            UPDATE job SET state = 'ready', attempts = 0, due_at = NULL, failed_at = NULL
            WHERE id = $1 AND state = 'dead' RETURNING kind
            """,
            [.id(id)]
        )?["kind"]
    }

    /// Removes a dead job; false when it is not dead.
    func discard(_ id: Job.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM job WHERE id = $1 AND state = 'dead'", [.id(id)]) == 1
    }

    func remove(mentioning text: String, in tx: Transaction) async throws -> Int {
        let pattern = text.filter { !"%_\\".contains($0) }
        return try await tx.execute(
            "DELETE FROM job WHERE state <> 'running' AND CAST(payload AS TEXT) LIKE $1",
            [.text("%\(pattern)%")]
        )
    }
}
