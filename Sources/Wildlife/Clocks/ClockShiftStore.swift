import Accounts
import Core
import Database

/// Moves pictures in time, and keeps which ones in the tables `clock_shift` and `clock_shift_image`.
struct ClockShiftStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("id", .uuid))

    /// A time that a person gave is right, whatever the camera's clock says.
    private static func conditions(_ span: ClockShift.Span) -> SQLConditions {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: span.reach)
        conditions.demand(.id(span.camera)) { "camera_id = \($0)" }
        conditions.demand("time_source = '\(TrapImage.TimeSource.camera.rawValue)'")
        conditions.demand(span.from.map { .timestamp($0) }) { "captured_at >= \($0)" }
        conditions.demand(span.to.map { .timestamp($0) }) { "captured_at < \($0)" }
        return conditions
    }

    func preview(_ span: ClockShift.Span, in reader: DatabaseReader) async throws -> ClockShift.Preview {
        let conditions = Self.conditions(span)
        let sql = """
            SELECT count(*) AS images, min(captured_at) AS first, max(captured_at) AS last FROM image\(conditions.text)
            """
        guard let row = try await reader.first(sql, conditions.values) else {
            return ClockShift.Preview(images: 0, first: nil, last: nil)
        }
        return ClockShift.Preview(images: try row["images"], first: try row["first"], last: try row["last"])
    }

    func apply(_ shift: ClockShift, to span: ClockShift.Span, in tx: Transaction) async throws {
        try await tx.execute(
            "INSERT INTO clock_shift (id, camera_id, shift_seconds, images, created_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(shift.id), .id(shift.camera), .integer(Int64(shift.seconds)), .integer(Int64(shift.images)),
                .timestamp(shift.createdAt),
            ]
        )
        let conditions = Self.conditions(span)
        let number = conditions.values.count + 1
        try await tx.execute(
            """
            INSERT INTO clock_shift_image (shift_id, image_id)
            SELECT CAST($\(number) AS \(tx.engine == .postgres ? "uuid" : "blob")), id FROM image\(conditions.text)
            """,
            conditions.values + [.id(shift.id)]
        )
        try await move(shift.id, by: shift.duration, in: tx)
    }

    /// Moves the pictures back and forgets the shift.
    func undo(_ shift: ClockShift, in tx: Transaction) async throws {
        try await move(shift.id, by: .zero - shift.duration, in: tx)
        try await tx.execute("DELETE FROM clock_shift WHERE id = $1", [.id(shift.id)])
    }

    private func move(_ shift: ClockShift.ID, by duration: Duration, in tx: Transaction) async throws {
        let moved = "IN (SELECT image_id FROM clock_shift_image WHERE shift_id = $1)"
        let captured = tx.engine.shifted("captured_at", by: duration)
        let wall = tx.engine.shifted("wall_time", by: duration)
        try await tx.execute(
            """
            UPDATE image SET captured_at = \(captured), wall_time = \(wall), minute_of_day = \(tx.engine.minuteOfDay(wall))
            WHERE id \(moved)
            """,
            [.id(shift)]
        )
        try await tx.execute("UPDATE image_species SET captured_at = \(captured) WHERE image_id \(moved)", [.id(shift)])
    }

    func shift(_ id: ClockShift.ID, in reader: DatabaseReader) async throws -> ClockShift? {
        try await reader.first("SELECT * FROM clock_shift WHERE id = $1", [.id(id)]).map(ClockShift.init)
    }

    func page(
        of camera: Camera.ID,
        after place: PagePlace?,
        limit: Int,
        in reader: DatabaseReader
    ) async throws -> (shifts: [ClockShift], next: PagePlace?) {
        let page = try await reader.page(
            "SELECT * FROM clock_shift WHERE camera_id = $1",
            [.id(camera)],
            in: Self.order,
            after: place,
            limit: limit
        )
        return (try page.rows.map(ClockShift.init), page.next)
    }
}

extension ClockShift {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            camera: try row["camera_id"],
            seconds: try row["shift_seconds"],
            images: try row["images"],
            createdAt: try row["created_at"]
        )
    }
}
