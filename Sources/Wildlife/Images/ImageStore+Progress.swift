import Accounts
import Core
import Database
import Imaging

extension ImageStore {
    /// The picture, now being read; `nil` when it is gone or was read to the end before.
    func begin(_ id: TrapImage.ID) async throws -> TrapImage? {
        try await database.write { tx in
            try await tx.query(
                """
                UPDATE image SET status = 'processing', cause = NULL WHERE id = $1 AND status <> 'completed' RETURNING *
                """,
                [.id(id)]
            ).first.map(TrapImage.init)
        }
    }

    /// How far the reading is, and nothing else: others may say more of the picture at the same time.
    func setStatus(_ status: TrapImage.Status, cause: String?, of id: TrapImage.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE image SET status = $2, cause = $3 WHERE id = $1",
            [.id(id), .text(status.rawValue), SQLValue(cause)]
        )
    }

    /// Writes down what came of the reading and of what people say; the picture's lock is held.
    func update(_ image: TrapImage, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE image SET status = $2, cause = $3, contents = $4, detection_count = $5, classification_count = $6,
                confidence = $7, review = $8, veiled_thumbnail_key = $9,
                veiled_preview_key = $10
            WHERE id = $1
            """,
            [
                .id(image.id), .text(image.status.rawValue), SQLValue(image.cause), .text(image.contents.rawValue),
                .integer(Int64(image.detectionCount)), .integer(Int64(image.classificationCount)),
                .real(image.confidence), .text(image.review.rawValue), SQLValue(image.veiledThumbnailKey),
                SQLValue(image.veiledPreviewKey),
            ]
        )
    }

    /// The picture waits to be read again, with the findings of another program.
    func setGivenBy(_ program: String, of id: TrapImage.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE image SET given_by = $2, status = 'pending', cause = NULL WHERE id = $1",
            [.id(id), .text(program)]
        )
    }

    /// Writes down what a video says of itself, where nobody could ask it when it came; the picture's lock is held.
    func setFacts(_ facts: VideoFacts, of id: TrapImage.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE image SET width = $2, height = $3, duration_seconds = $4, frame_rate = $5 WHERE id = $1",
            [
                .id(id), .integer(Int64(facts.width)), .integer(Int64(facts.height)), .real(facts.seconds),
                .real(facts.frameRate),
            ]
        )
    }

    /// Moves a picture to the time that its camera wrote; the picture's lock is held.
    func setTime(_ placed: PlaceImage.Placed, of id: TrapImage.ID, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE image SET captured_at = $2, wall_time = $3, minute_of_day = $4, time_source = $5, deployment_id = $6,
                site_id = $7
            WHERE id = $1
            """,
            [
                .id(id), .timestamp(placed.time.moment), .timestamp(placed.time.wall),
                .integer(Int64(placed.time.minuteOfDay)), .text(placed.time.source.rawValue),
                SQLValue(placed.deployment?.id), SQLValue(placed.site),
            ]
        )
    }

    func setSheets(of id: TrapImage.ID, thumbnail: String, preview: String) async throws {
        try await database.execute(
            "UPDATE image SET thumbnail_key = $2, preview_key = $3 WHERE id = $1",
            [.id(id), .text(thumbnail), .text(preview)]
        )
    }

    /// How sure the surest finding was on each of the newest pictures that something was found on.
    func confidences(ofLast count: Int) async throws -> [Double] {
        try await database.query(
            """
            SELECT confidence FROM image WHERE status = 'completed' AND detection_count > 0
            ORDER BY captured_at DESC, id DESC LIMIT $1
            """,
            [.integer(Int64(count))],
            .mayLag
        ).map { try $0["confidence"] }
    }

    /// What waited for a detector or for ffmpeg, and now for its turn.
    func takeWaiting(withVideos: Bool, limit: Int, in tx: Transaction) async throws -> [TrapImage.ID] {
        let kinds = withVideos ? "" : "AND media_type NOT LIKE 'video/%'"
        return try await tx.query(
            """
            UPDATE image SET cause = NULL WHERE id IN (
                SELECT id FROM image WHERE status = 'pending' AND cause IS NOT NULL \(kinds) ORDER BY captured_at, id LIMIT $1
            ) RETURNING id
            """,
            [.integer(Int64(limit))]
        ).map { try $0["id"] }
    }

    /// Pictures that were read, in the order of their keys.
    func completed(
        of camera: Camera.ID?,
        after last: TrapImage.ID?,
        limit: Int,
        in reader: DatabaseReader
    ) async throws -> [TrapImage.ID] {
        var conditions = SQLConditions()
        conditions.demand("status = 'completed'")
        conditions.demand(camera.map { .id($0) }) { "camera_id = \($0)" }
        conditions.demand(last.map { .id($0) }) { "id > \($0)" }
        let sql = "SELECT id FROM image\(conditions.text) ORDER BY id LIMIT \(limit)"
        return try await reader.query(sql, conditions.values).map { try $0["id"] }
    }

    /// A failed picture on its way to be read again; false when it is none.
    func retry(_ id: TrapImage.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            "UPDATE image SET status = 'pending', cause = NULL WHERE id = $1 AND status = 'failed'",
            [.id(id)]
        ) == 1
    }

    /// Removes a picture with all that is known of it; its objects are returned.
    func remove(_ image: TrapImage, in tx: Transaction) async throws -> [String] {
        let frames = try await VideoFrameStore().frames(of: image.id, in: tx)
        try await tx.execute("DELETE FROM image WHERE id = $1", [.id(image.id)])
        if let camera = image.camera {
            try await tx.execute("UPDATE camera SET image_count = image_count - 1 WHERE id = $1", [.id(camera)])
        }
        return [
            image.objectKey, image.thumbnailKey, image.previewKey, image.veiledThumbnailKey, image.veiledPreviewKey,
        ].compactMap(\.self) + frames.map(\.objectKey) + frames.compactMap(\.veiledKey)
    }
}
