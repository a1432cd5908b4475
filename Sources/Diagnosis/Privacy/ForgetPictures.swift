import Accounts
import Core
import Database
import JobQueue

/// Lets go of the pictures of somebody who no longer wants them kept; hash and result of each analysis stay.
struct ForgetPictures: Sendable {
    static let kind = JobKind<ConsentWithdrawn>(
        "diagnosis.forget-pictures",
        JobPolicy(queue: "maintenance", width: 2, timeLimit: .seconds(3_600))
    )
    private static let analysesAtOnce = 200

    let database: Database
    let queue: JobQueue

    func callAsFunction(_ fact: ConsentWithdrawn) async throws {
        guard fact.purpose == .service else { return }
        // Who agrees again meanwhile keeps what comes after that.
        while try await step(fact.user.description, before: fact.at) > 0 { try Task.checkCancellation() }
    }

    /// How many pictures it let go.
    func step(_ owner: String, before moment: Timestamp) async throws -> Int {
        try await database.write { tx in
            let rows = try await tx.query(
                """
                SELECT analysis_id, object_key FROM analysis_picture WHERE object_key IS NOT NULL AND analysis_id IN (
                    SELECT id FROM analysis WHERE owner = $1 AND created_at <= $2 AND EXISTS (
                        SELECT 1 FROM analysis_picture WHERE analysis_id = id AND object_key IS NOT NULL
                    ) ORDER BY id LIMIT \(Self.analysesAtOnce)
                )
                """,
                [.text(owner), .timestamp(moment)]
            )
            for id in Set(try rows.map { try $0["analysis_id", as: UUIDv7.self] }) {
                try await tx.execute(
                    "UPDATE analysis_picture SET object_key = NULL WHERE analysis_id = $1",
                    [.uuid(id)]
                )
            }
            try await RemoveObjects.enqueue(rows.map { try $0["object_key"] }, on: queue, in: tx)
            return rows.count
        }
    }
}
