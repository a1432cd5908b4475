import Accounts
import Core
import Database

/// Keeps pictures in the table `image`, and what was found on them in `detection` and `image_species`.
struct ImageStore: Sendable {
    let database: Database

    /// In which order pictures are listed.
    enum Sort: String, CaseIterable, Codable, Sendable {
        case capturedAt = "captured_at"
        case uploadedAt = "uploaded_at"

        func order(descending: Bool) -> PageOrder {
            // Keys are made in the order of arrival.
            switch (self, descending) {
            case (.capturedAt, true): .descending(.init("captured_at", .timestamp), .init("id", .uuid))
            case (.capturedAt, false): .ascending(.init("captured_at", .timestamp), .init("id", .uuid))
            case (.uploadedAt, true): .descending(.init("id", .uuid))
            case (.uploadedAt, false): .ascending(.init("id", .uuid))
            }
        }
    }

    func insert(_ image: TrapImage, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO image (id, sha256, filename, object_key, bytes, media_type, width, height, duration_seconds, frame_rate, thumbnail_key,
                preview_key, camera_id, deployment_id, site_id, owner, captured_at, wall_time, minute_of_day, time_source,
                uploaded_at, status, contents, detection_count, classification_count, confidence, review,
                battery_percent, temperature_celsius, gps_latitude, gps_longitude)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24, $25, $26, $27, $28, $29, $30, $31)
            """,
            [
                .id(image.id), .blob(image.digest.bytes), .text(image.filename), .text(image.objectKey),
                .integer(Int64(image.bytes)), .text(image.mediaType), .integer(Int64(image.width)),
                .integer(Int64(image.height)), SQLValue(image.seconds), SQLValue(image.frameRate),
                SQLValue(image.thumbnailKey), SQLValue(image.previewKey),
                SQLValue(image.camera), SQLValue(image.deployment), SQLValue(image.site), SQLValue(image.owner),
                .timestamp(image.capturedAt), .timestamp(image.wallTime), .integer(Int64(image.minuteOfDay)),
                .text(image.timeSource.rawValue), .timestamp(image.uploadedAt), .text(image.status.rawValue),
                .text(image.contents.rawValue), .integer(Int64(image.detectionCount)),
                .integer(Int64(image.classificationCount)), .real(image.confidence), .text(image.review.rawValue),
                SQLValue(image.batteryPercent.map(Int64.init)), SQLValue(image.temperatureCelsius),
                SQLValue(image.location?.latitude), SQLValue(image.location?.longitude),
            ]
        )
    }

    func image(_ id: TrapImage.ID, in reader: DatabaseReader) async throws -> TrapImage? {
        try await reader.first("SELECT * FROM image WHERE id = $1", [.id(id)]).map(TrapImage.init)
    }

    func images(_ ids: [TrapImage.ID]) async throws -> [TrapImage] {
        guard !ids.isEmpty else { return [] }
        let placeholders = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let sql = "SELECT * FROM image WHERE id IN (\(placeholders))"
        return try await database.query(sql, ids.map { .id($0) }, .mayLag).map(TrapImage.init)
    }

    /// Pictures by the name of their file, with what tells them apart.
    func named(
        _ name: String,
        within reach: Reach,
        limit: Int,
        in reader: DatabaseReader
    ) async throws -> [(id: TrapImage.ID, wall: Timestamp, camera: String?)] {
        var conditions = SQLConditions()
        conditions.demand(.text(name)) { "image.filename = \($0)" }
        conditions.demand("image.site_id", isIn: reach)
        return try await reader.query(
            """
            SELECT image.id AS id, image.wall_time AS wall, camera.code AS code
            FROM image LEFT JOIN camera ON camera.id = image.camera_id\(conditions.text) LIMIT \(limit)
            """,
            conditions.values
        ).map { (id: try $0["id"], wall: try $0["wall"], camera: try $0["code"]) }
    }

    /// The picture with this content, if it came before.
    func image(withContent digest: SHA256, in reader: DatabaseReader) async throws -> TrapImage? {
        try await reader.first("SELECT * FROM image WHERE sha256 = $1", [.blob(digest.bytes)]).map(TrapImage.init)
    }

    /// Time and key come from the table whose index is in their order.
    private static func columns(_ source: ImageFilter.Source) -> String {
        """
        \(source.key) AS id, \(source.time) AS captured_at, image.sha256, image.filename, image.object_key, image.bytes,
        image.media_type, image.width, image.height, image.duration_seconds, image.frame_rate, image.thumbnail_key, image.preview_key, image.veiled_thumbnail_key,
        image.veiled_preview_key,
        image.camera_id, image.deployment_id, image.site_id, image.owner, image.wall_time, image.time_source, image.uploaded_at,
        image.status, image.cause, image.contents, image.detection_count, image.classification_count, image.confidence,
        image.review, image.battery_percent, image.temperature_celsius, image.gps_latitude, image.gps_longitude, image.given_by
        """
    }

    func page(
        _ filter: ImageFilter,
        in order: PageOrder,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (images: [TrapImage], next: PagePlace?) {
        let source = filter.pictures
        let sql = "SELECT \(Self.columns(source)) FROM \(source.tables)\(source.conditions.text)"
        return try await database.read(.mayLag) { reader in
            let page = try await reader.page(sql, source.conditions.values, in: order, after: place, limit: limit)
            return (try page.rows.map(TrapImage.init), page.next)
        }
    }

    /// The pictures from a position on, for clients that count pages.
    func images(
        _ filter: ImageFilter,
        by sort: Sort,
        descending: Bool,
        skipping: Int,
        limit: Int
    ) async throws -> [TrapImage] {
        let source = filter.pictures
        let direction = descending ? "DESC" : "ASC"
        let columns = sort == .capturedAt ? [source.time, source.key] : [source.key]
        let order = columns.map { "\($0) \(direction)" }.joined(separator: ", ")
        let sql = """
            SELECT \(Self.columns(source)) FROM \(source.tables)\(source.conditions.text) ORDER BY \(order)
            LIMIT \(limit) OFFSET \(skipping)
            """
        return try await database.read(.mayLag) {
            try await $0.query(sql, source.conditions.values).map(TrapImage.init)
        }
    }

    func count(_ filter: ImageFilter) async throws -> Int {
        let source = filter.counted
        let sql = "SELECT count(*) FROM \(source.tables)\(source.conditions.text)"
        return try await database.read(.mayLag) { try await $0.value(sql, source.conditions.values) }
    }

    /// The pictures before and after one in the order of their times, within a filter.
    func neighbours(
        of image: TrapImage,
        _ filter: ImageFilter
    ) async throws -> (earlier: TrapImage.ID?, later: TrapImage.ID?) {
        let source = filter.pictures
        let (text, values) = (source.conditions.text, source.conditions.values)
        return try await database.read(.mayLag) { reader in
            var found: [TrapImage.ID?] = []
            for (sign, direction) in [("<", "DESC"), (">", "ASC")] {
                let place = "(\(source.time), \(source.key)) \(sign) ($\(values.count + 1), $\(values.count + 2))"
                let row = try await reader.first(
                    """
                    SELECT \(source.key) AS id FROM \(source.tables)\(text) \(text.isEmpty ? "WHERE" : "AND") \(place)
                    ORDER BY \(source.time) \(direction), \(source.key) \(direction) LIMIT 1
                    """,
                    values + [.timestamp(image.capturedAt), .id(image.id)]
                )
                found.append(try row?["id"])
            }
            return (found[0], found[1])
        }
    }
}

extension TrapImage {
    init(_ row: Row) throws {
        guard let digest = SHA256(stored: try row["sha256"]) else { throw DamagedImage() }
        self.init(
            id: try row["id"],
            digest: digest,
            filename: try row["filename"],
            objectKey: try row["object_key"],
            bytes: try row["bytes"],
            mediaType: try row["media_type"],
            width: try row["width"],
            height: try row["height"],
            seconds: try row["duration_seconds"],
            frameRate: try row["frame_rate"],
            thumbnailKey: try row["thumbnail_key"],
            previewKey: try row["preview_key"],
            veiledThumbnailKey: try row["veiled_thumbnail_key"],
            veiledPreviewKey: try row["veiled_preview_key"],
            camera: try row["camera_id"],
            deployment: try row["deployment_id"],
            site: try row["site_id"],
            owner: try row["owner"],
            capturedAt: try row["captured_at"],
            wallTime: try row["wall_time"],
            timeSource: TimeSource(rawValue: try row["time_source"]) ?? .arrival,
            uploadedAt: try row["uploaded_at"],
            batteryPercent: try row["battery_percent"],
            temperatureCelsius: try row["temperature_celsius"],
            location: GeoPoint(try row["gps_latitude"], try row["gps_longitude"]),
            status: Status(rawValue: try row["status"]) ?? .pending,
            cause: try row["cause"],
            contents: Contents(rawValue: try row["contents"]) ?? .unknown,
            detectionCount: try row["detection_count"],
            classificationCount: try row["classification_count"],
            confidence: try row["confidence"],
            review: ReviewState(rawValue: try row["review"]) ?? .none,
            givenBy: try row["given_by"]
        )
    }
}

/// A row of `image` whose digest is none.
struct DamagedImage: Error {}
