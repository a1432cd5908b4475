import Accounts
import Core
import Database

/// Keeps cameras in the table `camera`.
struct CameraStore: Sendable {
    let database: Database

    static let order = PageOrder.ascending(.init("code", .text), .init("id", .uuid))

    func insert(_ camera: Camera, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO camera (id, code, name, site_id, latitude, longitude, zone, make, model, serial, created_at,
                last_contact_at, last_image_at, image_count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            [
                .id(camera.id), .text(camera.code), .text(camera.name), SQLValue(camera.site),
                SQLValue(camera.location?.latitude), SQLValue(camera.location?.longitude), .text(camera.zone.name),
                SQLValue(camera.make), SQLValue(camera.model), SQLValue(camera.serial), .timestamp(camera.createdAt),
                SQLValue(camera.lastContactAt), SQLValue(camera.lastImageAt), .integer(Int64(camera.imageCount)),
            ]
        )
    }

    func update(_ camera: Camera, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE camera SET name = $2, site_id = $3, latitude = $4, longitude = $5, zone = $6, make = $7, model = $8,
                serial = $9 WHERE id = $1
            """,
            [
                .id(camera.id), .text(camera.name), SQLValue(camera.site), SQLValue(camera.location?.latitude),
                SQLValue(camera.location?.longitude), .text(camera.zone.name), SQLValue(camera.make),
                SQLValue(camera.model), SQLValue(camera.serial),
            ]
        )
    }

    /// Gives the camera's pictures that belong to no deployment to its site.
    func adoptLoosePictures(_ camera: Camera, in tx: Transaction) async throws {
        let values: [SQLValue] = [.id(camera.id), SQLValue(camera.site)]
        try await tx.execute(
            """
            UPDATE image_species SET site_id = $2 WHERE camera_id = $1
                AND image_id IN (SELECT id FROM image WHERE camera_id = $1 AND deployment_id IS NULL)
            """,
            values
        )
        try await tx.execute("UPDATE image SET site_id = $2 WHERE camera_id = $1 AND deployment_id IS NULL", values)
    }

    func setLocation(_ location: GeoPoint?, of id: Camera.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE camera SET latitude = $2, longitude = $3 WHERE id = $1",
            [.id(id), SQLValue(location?.latitude), SQLValue(location?.longitude)]
        )
    }

    /// Writes down that a look for a move is ordered; false when one was already.
    func setMoveDue(_ id: Camera.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("UPDATE camera SET move_due = TRUE WHERE id = $1 AND NOT move_due", [.id(id)]) == 1
    }

    /// A look for a move begins: what comes of the camera waits for its end, and orders the next.
    func clearMoveDue(_ id: Camera.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE camera SET move_due = FALSE WHERE id = $1", [.id(id)])
    }

    /// Whether it is gone; one that has pictures or deployments stays.
    func remove(_ id: Camera.ID, in tx: Transaction) async throws -> Bool {
        let used = ["deployment", "image", "clock_shift"].map {
            "NOT EXISTS (SELECT 1 FROM \($0) WHERE camera_id = $1)"
        }
        return try await tx.execute(
            "DELETE FROM camera WHERE id = $1 AND \(used.joined(separator: " AND "))",
            [.id(id)]
        ) == 1
    }

    /// Counts a picture that has come from it.
    func saw(_ id: Camera.ID, capturedAt: Timestamp, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE camera SET image_count = image_count + 1, last_contact_at = $2,
                last_image_at = CASE WHEN last_image_at >= $3 THEN last_image_at ELSE $3 END
            WHERE id = $1
            """,
            [.id(id), .timestamp(now), .timestamp(capturedAt)]
        )
    }

    /// Notes that it was heard of without a picture.
    func heard(of id: Camera.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE camera SET last_contact_at = $2 WHERE id = $1", [.id(id), .timestamp(now)])
    }

    /// Keeps what it tells of itself unless something newer is known; what it does not tell stays.
    func set(_ condition: CameraCondition, of id: Camera.ID, in tx: Transaction) async throws {
        guard condition.isKnown, let moment = condition.at else { return }
        let told: [(column: String, value: SQLValue)] = [
            ("battery_percent", SQLValue(condition.batteryPercent.map(Int64.init))),
            ("temperature_celsius", SQLValue(condition.temperatureCelsius)),
            ("storage_free_percent", SQLValue(condition.storageFreePercent.map(Int64.init))),
        ].filter { $0.value != .null }
        let columns = told.enumerated().map { "\($1.column) = $\($0 + 3)" }.joined(separator: ", ")
        try await tx.execute(
            """
            UPDATE camera SET condition_at = $2, \(columns) WHERE id = $1 AND (condition_at IS NULL OR condition_at <= $2)
            """,
            [.id(id), .timestamp(moment)] + told.map(\.value)
        )
    }

    func setUploadPassword(_ password: PasswordHash, of id: Camera.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE camera SET upload_password = $2 WHERE id = $1", [.id(id), .text(password.text)])
    }

    func uploadPassword(code: String) async throws -> PasswordHash? {
        let row = try await database.query("SELECT upload_password FROM camera WHERE code = $1", [.text(code)]).first
        let text: String? = try row?["upload_password"]
        return text.map(PasswordHash.init(text:))
    }

    /// After times of its pictures changed.
    func refreshLastImage(of id: Camera.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE camera SET last_image_at = (SELECT max(captured_at) FROM image WHERE camera_id = $1) WHERE id = $1",
            [.id(id)]
        )
    }

    func camera(_ id: Camera.ID, in reader: DatabaseReader) async throws -> Camera? {
        try await reader.first("SELECT * FROM camera WHERE id = $1", [.id(id)]).map(Camera.init)
    }

    func camera(code: String, in reader: DatabaseReader) async throws -> Camera? {
        try await reader.first("SELECT * FROM camera WHERE code = $1", [.text(code)]).map(Camera.init)
    }

    /// The one camera that says of itself what this picture says; `nil` when none or several do.
    func camera(serial: String, make: String?, in reader: DatabaseReader) async throws -> Camera? {
        let sql = "SELECT * FROM camera WHERE serial = $1 AND coalesce(make, '') = $2 LIMIT 2"
        let rows = try await reader.query(sql, [.text(serial), .text(make ?? "")])
        return rows.count == 1 ? try Camera(rows[0]) : nil
    }

    func all() async throws -> [Camera] {
        try await database.query("SELECT * FROM camera ORDER BY id", [], .mayLag).map(Camera.init)
    }

    func page(
        within reach: Reach,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (cameras: [Camera], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: reach)
        let (sql, values) = ("SELECT * FROM camera\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(Camera.init), page.next)
        }
    }
}

extension Camera {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            code: try row["code"],
            name: try row["name"],
            site: try row["site_id"],
            location: GeoPoint(try row["latitude"], try row["longitude"]),
            // A zone that this machine does not know any more.
            zone: LocalZone(try row["zone"]) ?? .utc,
            make: try row["make"],
            model: try row["model"],
            serial: try row["serial"],
            createdAt: try row["created_at"],
            lastContactAt: try row["last_contact_at"],
            lastImageAt: try row["last_image_at"],
            imageCount: try row["image_count"],
            condition: CameraCondition(
                batteryPercent: try row["battery_percent"],
                temperatureCelsius: try row["temperature_celsius"],
                storageFreePercent: try row["storage_free_percent"],
                at: try row["condition_at"]
            )
        )
    }
}
