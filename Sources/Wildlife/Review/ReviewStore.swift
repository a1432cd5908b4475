import Accounts
import Core
import Database

/// Keeps what people said of pictures in the table `image_review`; what was taken back stays, marked as such.
struct ReviewStore: Sendable {
    let database: Database

    func insert(_ review: Review, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO image_review (id, image_id, user_id, decision, findings, note, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .id(review.id), .id(review.image), SQLValue(review.user), .text(review.decision.rawValue),
                .json(try JSON.encode(review.animals)), .text(review.note), .timestamp(review.createdAt),
            ]
        )
    }

    /// Those that stand, the newest first.
    func reviews(of image: TrapImage.ID, in reader: DatabaseReader) async throws -> [Review] {
        try await reader.query(
            "SELECT * FROM image_review WHERE image_id = $1 AND undone_at IS NULL ORDER BY id DESC LIMIT 100",
            [.id(image)]
        ).map(Review.init)
    }

    /// The one of each of some pictures that counts.
    func newest(of images: [TrapImage.ID], in reader: DatabaseReader) async throws -> [TrapImage.ID: Review] {
        let placeholders = images.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try await reader.query(
            """
            SELECT * FROM image_review AS said WHERE image_id IN (\(placeholders)) AND undone_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM image_review AS later
                WHERE later.image_id = said.image_id AND later.undone_at IS NULL AND later.id > said.id
            )
            """,
            images.map { .id($0) }
        )
        return Dictionary(try rows.map(Review.init).map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func undo(_ id: Review.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE image_review SET undone_at = $2 WHERE id = $1", [.id(id), .timestamp(now)])
    }
}

extension Review {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            image: try row["image_id"],
            user: try row["user_id"],
            decision: Decision(rawValue: try row["decision"]) ?? .flagged,
            animals: try row.json("findings"),
            note: try row["note"],
            createdAt: try row["created_at"]
        )
    }
}
