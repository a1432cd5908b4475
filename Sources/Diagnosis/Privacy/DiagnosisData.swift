import Accounts
import Archive
import Core
import Database
import ObjectStore

/// What diagnosis keeps about people: analyses with their pictures, and batches.
struct DiagnosisData: PersonalData {
    let database: Database
    let objects: any ObjectStore

    private static let analysesAtOnce = 500
    /// With up to a thousand pictures each.
    private static let batchesAtOnce = 20

    let name = "diagnosis"

    let tables = [PersonalTable("analysis", "owner"), PersonalTable("batch", "owner")]

    let contents: [(file: String, meaning: String)] = [
        ("analyses/", "a file for each analysis: what was asked, the answer, and which pictures it was about"),
        ("pictures/", "the pictures that were kept, named by the SHA-256 of their content"),
        ("batches/", "a file for each batch, and the pictures of it that are still to be read"),
    ]

    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased {
        try await erase(user.description, in: tx)
    }

    func erase(_ owner: String, in tx: Transaction) async throws -> Erased {
        let some = "SELECT id FROM analysis WHERE owner = $1 ORDER BY id LIMIT \(Self.analysesAtOnce)"
        let pictures = try await tx.query(
            "DELETE FROM analysis_picture WHERE analysis_id IN (\(some)) RETURNING object_key",
            [.text(owner)]
        )
        let analyses = try await tx.execute("DELETE FROM analysis WHERE id IN (\(some))", [.text(owner)])
        let few = "SELECT id FROM batch WHERE owner = $1 ORDER BY id LIMIT \(Self.batchesAtOnce)"
        let waiting = try await tx.query(
            "DELETE FROM batch_picture WHERE batch_id IN (\(few)) RETURNING object_key",
            [.text(owner)]
        )
        let batches = try await tx.execute("DELETE FROM batch WHERE id IN (\(few))", [.text(owner)])
        let keys = try (pictures + waiting).compactMap { try $0["object_key", as: String?.self] }
        return Erased(
            counts: ["analyses": analyses, "batches": batches, "pictures": Set(keys).count],
            objects: keys,
            isDone: analyses < Self.analysesAtOnce && batches < Self.batchesAtOnce
        )
    }

    func usage(of user: User.ID) async throws -> [DataUse] {
        let questions = [
            ("analyses", "count(*) AS total, max(created_at) AS last FROM analysis WHERE owner = $1"),
            (
                "pictures",
                """
                count(DISTINCT object_key) AS total, max(created_at) AS last
                FROM analysis JOIN analysis_picture ON analysis_id = id WHERE owner = $1 AND object_key IS NOT NULL
                """
            ),
            ("batches", "count(*) AS total, max(created_at) AS last FROM batch WHERE owner = $1"),
        ]
        return try await database.read { reader in
            var uses: [DataUse] = []
            for (what, sql) in questions {
                guard let row = try await reader.first("SELECT \(sql)", [.text(user.description)]) else { continue }
                uses.append(DataUse(what, for: .service, count: try row["total"], lastUsedAt: try row["last"]))
            }
            return uses
        }
    }
}
