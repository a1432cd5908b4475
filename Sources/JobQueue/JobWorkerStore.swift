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

    /// Where every worker is, as `host, process 7`, and its latest beat.
    func hearts(in reader: DatabaseReader) async throws -> [JobWorkerID: (place: String, beat: Int)] {
        try await reader.query("SELECT id, host, process, beat FROM job_worker").reduce(into: [:]) { found, row in
            let place = "\(try row["host", as: String.self]), process \(try row["process", as: Int.self])"
            found[try row["id"]] = (place, try row["beat"])
        }
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
        let payload: [UInt8]
        let attempts: Int
    }

    func orphans(in reader: DatabaseReader) async throws -> [Orphan] {
        let rows = try await reader.query(
            """
            SELECT id, kind, payload, attempts FROM job
            WHERE state = 'running' AND worker NOT IN (SELECT id FROM job_worker) LIMIT 1000
            """
        )
        return try rows.map { row in
            Orphan(id: try row["id"], kind: try row["kind"], payload: try row["payload"], attempts: try row["attempts"])
        }
    }

    static let deadlyCause = "the program ended each time while it ran: it may need more memory than there is"

    /// Makes orphans ready again, or dead after their last attempt; returns those that it changed.
    ///
    /// One of a kind that only other workers know is left to them once it was tried as often as is usual.
    func free(
        _ orphans: [Orphan],
        attempts: [String: Int],
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> (ready: [Orphan], dead: [Orphan]) {
        let isSpent = { (orphan: Orphan) in orphan.attempts >= attempts[orphan.kind] ?? JobPolicy().attempts }
        let dead = orphans.filter { isSpent($0) && attempts[$0.kind] != nil }
        let ready = orphans.filter { !isSpent($0) }
        let condition = "state = 'running' AND worker NOT IN (SELECT id FROM job_worker) RETURNING id"
        func changed(_ orphans: [Orphan], _ change: String, _ values: [SQLValue]) async throws -> [Orphan] {
            guard !orphans.isEmpty else { return [] }
            let rows = try await tx.query(
                "UPDATE job SET \(change), worker = NULL WHERE id = ANY($1) AND \(condition)",
                [.array(orphans.map { .id($0.id) })] + values
            )
            let ids = Set(try rows.map { try $0["id", as: Job.ID.self] })
            return orphans.filter { ids.contains($0.id) }
        }
        return (
            try await changed(ready, "state = 'ready'", []),
            try await changed(
                dead,
                "state = 'dead', failed_at = $2, cause = $3",
                [.timestamp(now), .text(Self.deadlyCause)]
            )
        )
    }
}
