import Core
package import Database
package import Observations

/// Keeps analyses in the tables `analysis` and `analysis_picture`.
package struct AnalysisStore: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    /// Saves all records or none; they are durable when this returns.
    package func save(_ records: [AnalysisRecord]) async throws {
        try await database.write { transaction in
            for record in records { try await save(record, in: transaction) }
        }
    }

    /// Returns the answer as it was given, or `nil` when there is no such analysis.
    package func answer(of id: Analysis.ID) async throws -> (task: AnalysisRecord.Task, json: [UInt8])? {
        let rows = try await database.query("SELECT task, answer FROM analysis WHERE id = $1", [.id(id)])
        guard let row = rows.first, let task = try AnalysisRecord.Task(rawValue: row["task", as: String.self])
        else { return nil }
        return (task, try row["answer", as: [UInt8].self])
    }

    /// Returns a page of someone's answers, the newest first, and how many there are in all.
    package func answers(of owner: String, page: Int, limit: Int) async throws -> (total: Int, answers: [[UInt8]]) {
        try await database.read { reader in
            let total = try await reader.query(
                "SELECT count(*) AS total FROM analysis WHERE owner = $1",
                [.text(owner)]
            )
            let rows = try await reader.query(
                "SELECT answer FROM analysis WHERE owner = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
                [.text(owner), .integer(Int64(limit)), .integer(Int64((page - 1) * limit))]
            )
            return (try total[0]["total", as: Int.self], try rows.map { try $0["answer", as: [UInt8].self] })
        }
    }

    func save(_ record: AnalysisRecord, in transaction: Transaction) async throws {
        let analysis = record.analysis
        try await transaction.execute(
            """
            INSERT INTO analysis
                (id, created_at, task, owner, model_name, model_version, label, confidence, verdict, answer)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .id(analysis.id), .timestamp(analysis.createdAt), .text(record.task.rawValue), SQLValue(record.owner),
                .text(analysis.model.name), .text(analysis.model.version), .text(analysis.label),
                .real(analysis.confidence), .text(analysis.verdict.rawValue), .json(record.answer),
            ]
        )
        for (position, picture) in record.pictures.enumerated() {
            try await transaction.execute(
                """
                INSERT INTO analysis_picture (analysis_id, position, sha256, perceptual_hash, object_key)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .id(analysis.id), .integer(Int64(position)), .blob(picture.digest.bytes),
                    .integer(Int64(bitPattern: picture.perceptualHash)), SQLValue(picture.objectKey),
                ]
            )
        }
    }
}
