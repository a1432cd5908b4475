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

    /// Gives up a worker that has not beaten since; false when it lives or another server was faster.
    func bury(_ id: JobWorkerID, lastBeat: Int, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            "DELETE FROM job_worker WHERE id = $1 AND beat = $2",
            [.id(id), .integer(Int64(lastBeat))]
        ) == 1
    }

    /// A job that runs according to the table, under a worker that is no more.
    struct Orphan: Sendable {
        let id: Job.ID
        let kind: String
        let attempts: Int
    }

    func orphans(in reader: DatabaseReader) async throws -> [Orphan] {
        let rows = try await reader.query(
            """
            SELECT id, kind, attempts FROM job
            WHERE state = 'running' AND worker NOT IN (SELECT id FROM job_worker) LIMIT 1000
            """
        )
        return try rows.map { Orphan(id: try $0["id"], kind: try $0["kind"], attempts: try $0["attempts"]) }
    }

    /// Makes orphans ready again, or dead after their last attempt; returns the kinds of those that are ready.
    func free(
        _ orphans: [Orphan],
        attempts: [String: Int],
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> [String] {
        // A kind that only other workers know is tried as often as usual.
        let isSpent = { (orphan: Orphan) in orphan.attempts >= attempts[orphan.kind] ?? JobPolicy().attempts }
        let (dead, ready) = (orphans.filter(isSpent), orphans.filter { !isSpent($0) })
        let condition = "state = 'running' AND worker NOT IN (SELECT id FROM job_worker)"
        try await tx.execute(
            "UPDATE job SET state = 'ready', worker = NULL WHERE id = ANY($1) AND \(condition)",
            [.array(ready.map { .id($0.id) })]
        )
        try await tx.execute(
            """
            UPDATE job SET state = 'dead', worker = NULL, failed_at = $2, cause = $3 WHERE id = ANY($1) AND \(condition)
            """,
            [
                .array(dead.map { .id($0.id) }), .timestamp(now),
                "the program ended each time while it ran: it may need more memory than there is",
            ]
        )
        return ready.map(\.kind)
    }
}
