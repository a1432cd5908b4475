import Core
import Database

/// Keeps rejected files in the table `quarantine`.
struct QuarantineStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("id", .uuid))

    func insert(_ file: RejectedFile) async throws {
        try await database.execute(
            """
            INSERT INTO quarantine (id, filename, object_key, bytes, camera, owner, door, reason, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .id(file.id), .text(file.filename), .text(file.objectKey), .integer(Int64(file.bytes)),
                SQLValue(file.camera), SQLValue(file.owner), .text(file.door.rawValue), .text(file.reason),
                .timestamp(file.receivedAt),
            ]
        )
    }

    func file(_ id: RejectedFile.ID) async throws -> RejectedFile? {
        try await database.query("SELECT * FROM quarantine WHERE id = $1", [.id(id)]).first.map(RejectedFile.init)
    }

    func page(after place: PagePlace?, limit: Int) async throws -> (files: [RejectedFile], next: PagePlace?) {
        try await database.read { reader in
            let page = try await reader.page("SELECT * FROM quarantine", in: Self.order, after: place, limit: limit)
            return (try page.rows.map(RejectedFile.init), page.next)
        }
    }

    func count() async throws -> Int {
        try await database.query("SELECT count(*) AS files FROM quarantine").first?["files"] ?? 0
    }

    func remove(_ id: RejectedFile.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM quarantine WHERE id = $1", [.id(id)])
    }
}

extension RejectedFile {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            filename: try row["filename"],
            objectKey: try row["object_key"],
            bytes: try row["bytes"],
            camera: try row["camera"],
            owner: try row["owner"],
            door: Delivery.Door(rawValue: try row["door"]) ?? .card,
            reason: try row["reason"],
            receivedAt: try row["received_at"]
        )
    }
}
