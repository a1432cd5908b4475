import Core
import Database

/// Keeps the masks of cameras in the table `camera_mask`.
struct MaskStore: Sendable {
    let database: Database

    /// Of one camera; each is held against each detection.
    static let most = 100

    func masks(of camera: Camera.ID, in reader: DatabaseReader) async throws -> [CameraMask] {
        try await reader.query("SELECT * FROM camera_mask WHERE camera_id = $1 ORDER BY id", [.id(camera)])
            .map(CameraMask.init)
    }

    func mask(_ id: CameraMask.ID, in reader: DatabaseReader) async throws -> CameraMask? {
        try await reader.first("SELECT * FROM camera_mask WHERE id = $1", [.id(id)]).map(CameraMask.init)
    }

    func insert(_ mask: CameraMask, in tx: Transaction) async throws {
        try await tx.execute(
            "INSERT INTO camera_mask (id, camera_id, kind, points, created_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(mask.id), .id(mask.camera), .text(mask.kind.rawValue), .json(try JSON.encode(mask.points)),
                .timestamp(mask.createdAt),
            ]
        )
    }

    func remove(_ id: CameraMask.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM camera_mask WHERE id = $1", [.id(id)])
    }

    /// The newest boxes of a camera that count and that no person has confirmed.
    func boxes(of camera: Camera.ID, limit: Int) async throws -> [FindRepeats.Sighting] {
        let sql = """
            SELECT detection.image_id, detection.category, detection.label, detection.x, detection.y, detection.width,
                detection.height, image.captured_at
            FROM image JOIN detection ON detection.image_id = image.id
            WHERE image.camera_id = $1 AND image.review IN ('none', 'rejected', 'flagged') AND detection.ignored IS NULL
            ORDER BY image.captured_at DESC, image.id DESC LIMIT $2
            """
        return try await database.read(.mayLag) { reader in
            try await reader.query(sql, [.id(camera), .integer(Int64(limit))]).map(FindRepeats.Sighting.init)
        }
    }
}

extension CameraMask {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            camera: try row["camera_id"],
            kind: Kind(rawValue: try row["kind"]) ?? .area,
            points: try row.json("points"),
            createdAt: try row["created_at"]
        )
    }
}

extension FindRepeats.Sighting {
    init(_ row: Row) throws {
        self.init(
            image: try row["image_id"],
            category: Finding.Category(rawValue: try row["category"]) ?? .animal,
            label: try row["label"],
            box: .init(x: try row["x"], y: try row["y"], width: try row["width"], height: try row["height"]),
            capturedAt: try row["captured_at"]
        )
    }
}
