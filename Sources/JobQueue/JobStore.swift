import Core
import Database

/// A worker's run, from its start to its end: who holds a job.
typealias JobWorkerID = Identifier<JobWorker>

/// The rows of jobs, as those who enqueue and those who work see them.
struct JobStore: Sendable {
    struct Draft: Sendable {
        let id: Job.ID
        let payload: [UInt8]
        var uniqueKey: String?
        /// It begins no earlier.
        var due: Timestamp?
    }

    /// Adds jobs of one kind; returns the keys of those that were new, or of the equal ones that were there.
    func insert(
        _ drafts: [Draft],
        kind: String,
        priority: JobPriority,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> (ids: [Job.ID], added: Int) {
        var added: Set<Job.ID> = []
        // Engines limit the parameters of a statement.
        for start in stride(from: 0, to: drafts.count, by: 500) {
            let chunk = drafts[start..<min(start + 500, drafts.count)]
            var values: [SQLValue] = [.text(kind), .integer(Int64(priority.rawValue)), .timestamp(now)]
            let rows = chunk.map { draft in
                let first = values.count + 1
                values += [.id(draft.id), .json(draft.payload), SQLValue(draft.uniqueKey), SQLValue(draft.due)]
                let state: Job.State = draft.due == nil ? .ready : .delayed
                return "($\(first), $1, $\(first + 1), $2, '\(state.rawValue)', 0, $\(first + 2), $3, $\(first + 3))"
            }
            let found = try await tx.query(
                """
                INSERT INTO job (id, kind, payload, priority, state, attempts, unique_key, enqueued_at, due_at)
                VALUES \(rows.joined(separator: ", "))
                ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING
                RETURNING id
                """,
                values
            )
            added.formUnion(try found.map { try $0["id"] })
        }
        guard added.count < drafts.count else { return (drafts.map(\.id), added.count) }
        var ids: [Job.ID] = []
        for draft in drafts {
            if added.contains(draft.id) {
                ids.append(draft.id)
            } else {
                ids.append(try await existing(kind, draft.uniqueKey, in: tx) ?? draft.id)
            }
        }
        return (ids, added.count)
    }

    private func existing(_ kind: String, _ uniqueKey: String?, in tx: Transaction) async throws -> Job.ID? {
        try await tx.first(
            "SELECT id FROM job WHERE kind = $1 AND unique_key = $2 AND state <> 'dead'",
            [.text(kind), SQLValue(uniqueKey)]
        )?["id"]
    }

    /// Which of the kinds have work ready, and the priority of the first of each.
    func ready(_ kinds: [String], in reader: DatabaseReader) async throws -> [(kind: String, priority: JobPriority)] {
        guard !kinds.isEmpty else { return [] }
        let list = kinds.indices.map { "(CAST($\($0 + 1) AS TEXT))" }.joined(separator: ", ")
        let rows = try await reader.query(
            """
            WITH wanted (kind) AS (VALUES \(list))
            SELECT kind, priority FROM (
                SELECT wanted.kind AS kind, (
                    SELECT priority FROM job WHERE state = 'ready' AND job.kind = wanted.kind
                    ORDER BY priority, id LIMIT 1
                ) AS priority FROM wanted
            ) AS found WHERE priority IS NOT NULL
            """,
            kinds.map { .text($0) }
        )
        return try rows.map { (try $0["kind"], JobPriority(rawValue: try $0["priority"])) }
    }

    /// Takes up to `limit` jobs of a kind for the worker.
    func claim(
        _ kind: String,
        limit: Int,
        for worker: JobWorkerID,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> [ClaimedJob] {
        let rows = try await tx.query(
            """
            WITH next AS (
                SELECT id FROM job WHERE state = 'ready' AND kind = $1 ORDER BY priority, id LIMIT $2\(tx.engine.claimingRows)
            )
            UPDATE job SET state = 'running', worker = $3, started_at = $4, attempts = attempts + 1
            WHERE id IN (SELECT id FROM next)
            RETURNING id, payload, attempts, priority, enqueued_at
            """,
            [.text(kind), .integer(Int64(limit)), .id(worker), .timestamp(now)]
        )
        let jobs = try rows.map { row in
            (
                try row["priority", as: Int.self],
                ClaimedJob(
                    id: try row["id"],
                    kind: kind,
                    payload: try row["payload"],
                    attempt: try row["attempts"],
                    enqueuedAt: try row["enqueued_at"]
                )
            )
        }
        // RETURNING has no order.
        return jobs.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.map(\.1)
    }

    /// Removes what is done; returns how many of them the worker still held.
    func complete(_ ids: [Job.ID], of worker: JobWorkerID, in tx: Transaction) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await tx.execute(
            "DELETE FROM job WHERE id = ANY($1) AND worker = $2 AND state = 'running'",
            [.array(ids.map { .id($0) }), .id(worker)]
        )
    }

    /// Writes down a failed attempt: again at `due`, or dead when that is `nil`; false when the worker lost the job.
    func fail(
        _ id: Job.ID,
        of worker: JobWorkerID,
        cause: String,
        due: Timestamp?,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            UPDATE job SET state = $3, cause = $4, due_at = $5, failed_at = $6, worker = NULL
            WHERE id = $1 AND worker = $2 AND state = 'running'
            """,
            [
                .id(id), .id(worker), .text((due == nil ? Job.State.dead : .delayed).rawValue), .text(cause),
                SQLValue(due), .timestamp(now),
            ]
        ) == 1
    }

    /// Gives jobs back that were not the worker's fault: the attempt does not count.
    func release(_ ids: [Job.ID], of worker: JobWorkerID, in tx: Transaction) async throws {
        guard !ids.isEmpty else { return }
        try await tx.execute(
            """
            UPDATE job SET state = 'ready', worker = NULL, attempts = attempts - 1
            WHERE id = ANY($1) AND worker = $2 AND state = 'running'
            """,
            [.array(ids.map { .id($0) }), .id(worker)]
        )
    }

    /// Gives back what the table says the worker holds and it knows nothing of: a commit whose answer was lost.
    func releaseOthers(than held: [Job.ID], of worker: JobWorkerID, in tx: Transaction) async throws {
        let rows = try await tx.query(
            "SELECT id FROM job WHERE worker = $1 AND state = 'running' AND id <> ALL($2)",
            [.id(worker), .array(held.map { .id($0) })]
        )
        try await release(try rows.map { try $0["id"] }, of: worker, in: tx)
    }

    /// Makes ready whose time has come; returns their kinds.
    func promote(at now: Timestamp, in tx: Transaction) async throws -> Set<String> {
        let rows = try await tx.query(
            "UPDATE job SET state = 'ready', due_at = NULL WHERE state = 'delayed' AND due_at <= $1 RETURNING kind",
            [.timestamp(now)]
        )
        return Set(try rows.map { try $0["kind"] })
    }

    /// When the next of those that wait for their time is due.
    func nextDue(in reader: DatabaseReader) async throws -> Timestamp? {
        try await reader.first("SELECT min(due_at) AS due FROM job WHERE state = 'delayed'")?["due"]
    }
}
