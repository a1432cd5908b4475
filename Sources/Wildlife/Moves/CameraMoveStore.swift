import Accounts
import Core
import Database

/// Keeps moves of cameras in the table `camera_move`, at most one of each camera open, and reads what pictures say.
struct CameraMoveStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("id", .uuid))

    /// Of a camera, the newest ones; what lies further back is not looked at.
    static let mostFixes = 10_000

    /// Where the pictures belong of which it is said that they were taken elsewhere.
    private static let site = """
        coalesce(
            (SELECT deployment.site_id FROM deployment WHERE deployment.id = camera_move.previous_id),
            (SELECT camera.site_id FROM camera WHERE camera.id = camera_move.camera_id)
        )
        """

    func put(_ move: CameraMove, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO camera_move (id, camera_id, previous_id, deployment_id, state, from_latitude, from_longitude,
                latitude, longitude, first_at, last_at, images, ends_previous, camera_latitude, camera_longitude, created_at,
                accepted_site_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (id) DO UPDATE SET deployment_id = $4, state = $5, from_latitude = $6, from_longitude = $7,
                latitude = $8, longitude = $9, first_at = $10, last_at = $11, images = $12, ends_previous = $13,
                camera_latitude = $14, camera_longitude = $15, accepted_site_id = $17
            """,
            [
                .id(move.id), .id(move.camera), SQLValue(move.previous), SQLValue(move.acceptance?.deployment),
                .text(move.state.rawValue), SQLValue(move.from?.latitude), SQLValue(move.from?.longitude),
                .real(move.to.latitude), .real(move.to.longitude), .timestamp(move.firstAt), .timestamp(move.lastAt),
                .integer(Int64(move.images)), .boolean(move.acceptance?.endsPrevious ?? false),
                SQLValue(move.acceptance?.cameraLocation?.latitude),
                SQLValue(move.acceptance?.cameraLocation?.longitude), .timestamp(move.createdAt),
                SQLValue(move.acceptance?.site),
            ]
        )
    }

    func remove(_ id: CameraMove.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM camera_move WHERE id = $1", [.id(id)])
    }

    func move(_ id: CameraMove.ID, in reader: DatabaseReader) async throws -> CameraMove? {
        try await reader.first("SELECT * FROM camera_move WHERE id = $1", [.id(id)]).map(CameraMove.init)
    }

    func open(of camera: Camera.ID, in reader: DatabaseReader) async throws -> CameraMove? {
        let sql = "SELECT * FROM camera_move WHERE camera_id = $1 AND state = 'open'"
        return try await reader.first(sql, [.id(camera)]).map(CameraMove.init)
    }

    /// The places of which nobody wants to hear again while the camera's deployment is this one.
    func dismissed(
        of camera: Camera.ID,
        _ deployment: Deployment.ID?,
        in reader: DatabaseReader
    ) async throws -> [GeoPoint] {
        let sql = "SELECT * FROM camera_move WHERE camera_id = $1 AND state = 'dismissed'"
        return try await reader.query(sql, [.id(camera)]).map(CameraMove.init).filter { $0.previous == deployment }.map(
            \.to
        )
    }

    func page(
        _ state: CameraMove.State,
        of camera: Camera.ID?,
        within reach: Reach,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (moves: [(move: CameraMove, site: Site.ID?)], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand(.text(state.rawValue)) { "state = \($0)" }
        conditions.demand(camera.map { .id($0) }) { "camera_id = \($0)" }
        conditions.demand(Self.site, isIn: reach)
        conditions.demand("coalesce(accepted_site_id, \(Self.site))", isIn: reach)
        conditions.demand("(SELECT camera.site_id FROM camera WHERE camera.id = camera_id)", isIn: reach)
        let sql = "SELECT camera_move.*, \(Self.site) AS site_id FROM camera_move\(conditions.text)"
        let values = conditions.values
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map { (move: try CameraMove($0), site: try $0["site_id"]) }, page.next)
        }
    }

    // MARK: What pictures say

    /// What pictures say, in the order of their times; of one that came without a time nobody knows when it was so.
    func fixes(
        of camera: Camera.ID,
        after start: Timestamp?,
        until end: Timestamp,
        in reader: DatabaseReader
    ) async throws -> [SpotMove.Fix] {
        try await fixes(of: camera, limit: Self.mostFixes, in: reader) { conditions in
            conditions.demand(start.map { .timestamp($0) }) { "captured_at > \($0)" }
            conditions.demand(.timestamp(end)) { "captured_at <= \($0)" }
        }
    }

    /// What the camera wrote last before this moment, or at it.
    func lastFix(of camera: Camera.ID, until end: Timestamp, in reader: DatabaseReader) async throws -> GeoPoint? {
        try await fixes(of: camera, limit: 1, in: reader) { conditions in
            conditions.demand(.timestamp(end)) { "captured_at <= \($0)" }
        }.first?.point
    }

    private func fixes(
        of camera: Camera.ID,
        limit: Int,
        in reader: DatabaseReader,
        _ narrow: (inout SQLConditions) -> Void
    ) async throws -> [SpotMove.Fix] {
        var conditions = SQLConditions()
        conditions.demand(.id(camera)) { "camera_id = \($0)" }
        conditions.demand("gps_latitude IS NOT NULL")
        conditions.demand("time_source <> '\(TrapImage.TimeSource.arrival.rawValue)'")
        narrow(&conditions)
        return try await reader.query(
            """
            SELECT captured_at, gps_latitude, gps_longitude FROM image\(conditions.text)
            ORDER BY captured_at DESC LIMIT \(limit)
            """,
            conditions.values
        ).reversed().compactMap { row in
            let point = GeoPoint(try row["gps_latitude"], try row["gps_longitude"])
            let moment: Timestamp = try row["captured_at"]
            return point.map { SpotMove.Fix(point: $0, at: moment) }
        }
    }
}

extension CameraMove {
    init(_ row: Row) throws {
        guard let to = GeoPoint(try row["latitude"], try row["longitude"]) else { throw DamagedMove() }
        let deployment: Deployment.ID? = try row["deployment_id"]
        let site: Site.ID? = try row["accepted_site_id"]
        let endsPrevious: Bool = try row["ends_previous"]
        let cameraLocation = GeoPoint(try row["camera_latitude"], try row["camera_longitude"])
        self.init(
            id: try row["id"],
            camera: try row["camera_id"],
            state: State(rawValue: try row["state"]) ?? .dismissed,
            previous: try row["previous_id"],
            from: GeoPoint(try row["from_latitude"], try row["from_longitude"]),
            to: to,
            firstAt: try row["first_at"],
            lastAt: try row["last_at"],
            images: try row["images"],
            createdAt: try row["created_at"],
            acceptance: deployment.map {
                Acceptance(deployment: $0, site: site, endsPrevious: endsPrevious, cameraLocation: cameraLocation)
            }
        )
    }
}

/// A row of `camera_move` whose place is none.
struct DamagedMove: Error {}
