import Core
import Database
import Observations

/// Keeps batches in the tables `batch` and `batch_picture`.
struct BatchStore: Sendable {
    let database: Database

    struct Upload: Sendable {
        let filename: String
        let objectKey: String
    }

    static let columns = """
        id, owner, task, options, created_at, finished_at, total, done, failed, webhook_url, webhook_secret, webhook_state,
        fingerprint
        """

    func insert(_ batch: Batch, requestKey: String?, _ uploads: [Upload], in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO batch (id, owner, request_key, task, options, created_at, total, done, failed,
                webhook_url, webhook_secret, webhook_state, fingerprint)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10, $11)
            """,
            [
                .id(batch.id), .text(batch.owner), SQLValue(requestKey), .text(batch.task.rawValue),
                .json(try JSON.encode(batch.options)), .timestamp(batch.createdAt), .integer(Int64(batch.total)),
                SQLValue(batch.webhook?.url), SQLValue(batch.webhook?.secret), SQLValue(batch.webhook?.state.rawValue),
                SQLValue(batch.fingerprint),
            ]
        )
        // Engines limit the parameters of a statement.
        for start in stride(from: 0, to: uploads.count, by: 200) {
            var values: [SQLValue] = [.id(batch.id)]
            let rows = (start..<min(start + 200, uploads.count)).map { position in
                let first = values.count + 1
                let upload = uploads[position]
                values += [.integer(Int64(position)), .text(upload.filename), .text(upload.objectKey)]
                return "($1, $\(first), $\(first + 1), $\(first + 2))"
            }
            try await tx.execute(
                """
                INSERT INTO batch_picture (batch_id, position, filename, object_key)
                VALUES \(rows.joined(separator: ", "))
                """,
                values
            )
        }
    }

    func batch(_ id: Batch.ID) async throws -> Batch? {
        try await database.query("SELECT \(Self.columns) FROM batch WHERE id = $1", [.id(id)]).first.map(Batch.init)
    }

    func batch(of owner: String, requestKey: String) async throws -> Batch? {
        try await database.query(
            "SELECT \(Self.columns) FROM batch WHERE owner = $1 AND request_key = $2",
            [.text(owner), .text(requestKey)]
        ).first.map(Batch.init)
    }

    /// Someone's batches, the newest first.
    func batches(
        of owner: String,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (batches: [Batch], next: PagePlace?) {
        let page = try await database.read { reader in
            try await reader.page(
                "SELECT \(Self.columns) FROM batch WHERE owner = $1",
                [.text(owner)],
                in: Self.newestFirst,
                after: place,
                limit: limit
            )
        }
        return (try page.rows.map(Batch.init), page.next)
    }

    static let newestFirst = PageOrder.descending(.init("id", .uuid))

    /// Batches of an owner that are not finished.
    func unfinished(of owner: String, in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM batch WHERE owner = $1 AND finished_at IS NULL", [.text(owner)])
    }

    /// The results of a batch from a position on, each as JSON.
    func results(of id: Batch.ID, from position: Int, limit: Int) async throws -> [BatchResult] {
        let rows = try await database.query(
            """
            SELECT batch_picture.position, filename, analysis.answer, error
            FROM batch_picture LEFT JOIN analysis ON analysis.id = batch_picture.analysis_id
            WHERE batch_id = $1 AND batch_picture.position >= $2 ORDER BY batch_picture.position LIMIT $3
            """,
            [.id(id), .integer(Int64(position)), .integer(Int64(limit))]
        )
        return try rows.map { row in
            BatchResult(
                position: try row["position"],
                filename: try row["filename"],
                answer: try row["answer"],
                error: try row["error"]
            )
        }
    }

    /// Where the picture lies that is still to be read; `nil` when it has been, or the batch was removed.
    func pending(_ picture: BatchPicture) async throws -> (batch: Batch, objectKey: String)? {
        let rows = try await database.query(
            """
            SELECT \(Self.columns), object_key FROM batch JOIN batch_picture ON batch_picture.batch_id = batch.id
            WHERE id = $1 AND position = $2 AND object_key IS NOT NULL
            """,
            [.id(picture.batch), .integer(Int64(picture.position))]
        )
        return try rows.first.map { (try Batch($0), try $0["object_key"]) }
    }

    /// Writes down the result of one picture, once; returns the batch as it is then, `nil` when it was there before.
    func finish(
        _ picture: BatchPicture,
        analysis: Analysis.ID?,
        error: [UInt8]?,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Batch? {
        let changed = try await tx.execute(
            """
            UPDATE batch_picture SET object_key = NULL, analysis_id = $3, error = $4
            WHERE batch_id = $1 AND position = $2 AND object_key IS NOT NULL
            """,
            [
                .id(picture.batch), .integer(Int64(picture.position)), SQLValue(analysis),
                error.map { .json($0) } ?? .null,
            ]
        )
        guard changed == 1 else { return nil }
        let rows = try await tx.query(
            """
            UPDATE batch SET done = done + $2, failed = failed + $3,
                finished_at = CASE WHEN done + failed + 1 = total THEN CAST($4 AS TIMESTAMP) ELSE finished_at END
            WHERE id = $1 RETURNING \(Self.columns)
            """,
            [.id(picture.batch), error == nil ? 1 : 0, error == nil ? 0 : 1, .timestamp(now)]
        )
        return try rows.first.map(Batch.init)
    }

    /// The secret is kept until the webhook was delivered: somebody may have it tried again.
    func setWebhook(_ state: Batch.Webhook.State, of id: Batch.ID, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE batch SET webhook_state = $2,
                webhook_secret = CASE WHEN $2 = 'delivered' THEN NULL ELSE webhook_secret END
            WHERE id = $1
            """,
            [.id(id), .text(state.rawValue)]
        )
    }

    /// Removes a batch; returns the objects that its pictures lie in.
    func remove(_ id: Batch.ID) async throws -> [String] {
        try await database.write { tx in
            let rows = try await tx.query(
                "SELECT object_key FROM batch_picture WHERE batch_id = $1 AND object_key IS NOT NULL",
                [.id(id)]
            )
            try await tx.execute("DELETE FROM batch WHERE id = $1", [.id(id)])
            return try rows.map { try $0["object_key"] }
        }
    }

    func countOld(before moment: Timestamp) async throws -> Int {
        try await database.read { reader in
            try await reader.value("SELECT count(*) FROM batch WHERE \(Self.isOld)", [.timestamp(moment)])
        }
    }

    /// Finished before then, or begun before and never come to an end.
    private static let isOld = "(finished_at < $1 OR finished_at IS NULL AND created_at < $1)"

    /// Removes batches that are old; analyses stay.
    func removeOld(before moment: Timestamp, limit: Int) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM batch WHERE id IN (
                SELECT id FROM batch WHERE \(Self.isOld) ORDER BY id LIMIT $2
            )
            """,
            [.timestamp(moment), .integer(Int64(limit))]
        )
    }
}

/// The result of one picture of a batch.
struct BatchResult: Sendable {
    let position: Int
    let filename: String
    /// JSON of the answer.
    let answer: [UInt8]?
    /// JSON of a `PictureProblem`.
    let error: [UInt8]?
}

extension Batch {
    init(_ row: Row) throws {
        let url: String? = try row["webhook_url"]
        self.init(
            id: try row["id"],
            owner: try row["owner"],
            task: Task(rawValue: try row["task"]) ?? .diagnose,
            options: try row.json("options"),
            createdAt: try row["created_at"],
            finishedAt: try row["finished_at"],
            total: try row["total"],
            done: try row["done"],
            failed: try row["failed"],
            webhook: try url.map { url in
                Webhook(
                    url: url,
                    secret: try row["webhook_secret"],
                    state: Webhook.State(rawValue: try row["webhook_state", as: String?.self] ?? "") ?? .pending
                )
            },
            fingerprint: try row["fingerprint"]
        )
    }
}
