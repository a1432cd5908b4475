import Core
import Database

/// The rows of workers: who is alive, and what becomes of the jobs of those who are not.
struct JobWorkerStore: Sendable {
    func register(
        _ id: JobWorkerID,
        host: String,
        process: Int,
        queues: String,
        at now: Timestamp,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            "INSERT INTO job_worker (id, host, process, queues, started_at, beat) VALUES ($1, $2, $3, $4, $5, 0)",
            [.id(id), .text(host), .integer(Int64(process)), .text(queues), .timestamp(now)]
        )
    }

    /// Tells that the worker lives; false when the others have given it up.
    func beat(_ id: JobWorkerID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("UPDATE job_worker SET beat = beat + 1 WHERE id = $1", [.id(id)]) == 1
    }

    func remove(_ id: JobWorkerID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM job_worker WHERE id = $1", [.id(id)])
    }

    /// The latest beat of every worker.
    func beats(in reader: DatabaseReader) async throws -> [JobWorkerID: Int] {
        let rows = try await reader.query("SELECT id, beat FROM job_worker")
        return Dictionary(try rows.map { (try $0["id"], try $0["beat"]) }) { first, _ in first }
    }

    /// Gives up a worker that has not beaten since, and makes its jobs ready again, or dead after their last attempt.
    ///
    /// Returns the kinds of the jobs that are ready again; `nil` when the worker lives or another server was faster.
    func bury(
        _ id: JobWorkerID,
        lastBeat: Int,
        attempts: [String: Int],
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> [String]? {
        let isGone = try await tx.execute(
            "DELETE FROM job_worker WHERE id = $1 AND beat = $2",
            [.id(id), .integer(Int64(lastBeat))]
        )
        guard isGone == 1 else { return nil }
        let rows = try await tx.query(
            "SELECT id, kind, attempts FROM job WHERE worker = $1 AND state = 'running'",
            [.id(id)]
        )
        var ready: [Job.ID] = []
        var dead: [Job.ID] = []
        var kinds: [String] = []
        for row in rows {
            let kind: String = try row["kind"]
            // A kind that only other workers know is tried as often as usual.
            let most = attempts[kind] ?? JobPolicy().retries.count + 1
            if try row["attempts", as: Int.self] < most {
                ready.append(try row["id"])
                kinds.append(kind)
            } else {
                dead.append(try row["id"])
            }
        }
        try await tx.execute(
            "UPDATE job SET state = 'ready', worker = NULL WHERE id = ANY($1)",
            [.array(ready.map { .id($0) })]
        )
        try await tx.execute(
            "UPDATE job SET state = 'dead', worker = NULL, failed_at = $2, cause = $3 WHERE id = ANY($1)",
            [
                .array(dead.map { .id($0) }), .timestamp(now),
                "the program ended each time while it ran: it may need more memory than there is",
            ]
        )
        return kinds
    }
}
