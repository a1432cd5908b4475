import Accounts
import Core
import Database

/// Keeps deployments in the table `deployment`; those of one camera never overlap.
struct DeploymentStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("started_at", .timestamp), .init("id", .uuid))

    func insert(_ deployment: Deployment, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO deployment (id, camera_id, site_id, latitude, longitude, started_at, ended_at, notes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            Self.values(deployment)
        )
    }

    func update(_ deployment: Deployment, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE deployment SET camera_id = $2, site_id = $3, latitude = $4, longitude = $5, started_at = $6,
                ended_at = $7, notes = $8
            WHERE id = $1
            """,
            Self.values(deployment)
        )
    }

    private static func values(_ deployment: Deployment) -> [SQLValue] {
        [
            .id(deployment.id), .id(deployment.camera), SQLValue(deployment.site),
            SQLValue(deployment.location?.latitude), SQLValue(deployment.location?.longitude),
            .timestamp(deployment.startedAt), SQLValue(deployment.endedAt), .text(deployment.notes),
        ]
    }

    /// Its pictures belong to no deployment any more, and to the site of their camera.
    func letGo(_ id: Deployment.ID, in tx: Transaction) async throws {
        let site = "(SELECT camera.site_id FROM camera WHERE camera.id = image.camera_id)"
        try await tx.execute(
            """
            UPDATE image_species SET site_id = (
                SELECT \(site) FROM image WHERE image.id = image_species.image_id
            ) WHERE image_id IN (SELECT id FROM image WHERE deployment_id = $1)
            """,
            [.id(id)]
        )
        try await tx.execute(
            "UPDATE image SET deployment_id = NULL, site_id = \(site) WHERE deployment_id = $1",
            [.id(id)]
        )
    }

    func remove(_ id: Deployment.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM deployment WHERE id = $1", [.id(id)])
    }

    func deployment(_ id: Deployment.ID, in reader: DatabaseReader) async throws -> Deployment? {
        try await reader.first("SELECT * FROM deployment WHERE id = $1", [.id(id)]).map(Deployment.init)
    }

    /// Where the camera hung at a moment.
    func deployment(of camera: Camera.ID, at moment: Timestamp, in reader: DatabaseReader) async throws -> Deployment? {
        let sql = """
            SELECT * FROM deployment WHERE camera_id = $1 AND started_at <= $2 AND (ended_at IS NULL OR ended_at > $2)
            ORDER BY started_at DESC LIMIT 1
            """
        return try await reader.first(sql, [.id(camera), .timestamp(moment)]).map(Deployment.init)
    }

    /// Whoever changes deployments of a camera, or has a picture join one, holds this before anything else of the camera.
    func lock(_ camera: Camera.ID, in tx: Transaction) async throws { try await tx.lock("deployments of \(camera)") }

    /// Where the camera came to hang last.
    func latest(of camera: Camera.ID, in reader: DatabaseReader) async throws -> Deployment? {
        let sql = "SELECT * FROM deployment WHERE camera_id = $1 ORDER BY started_at DESC LIMIT 1"
        return try await reader.first(sql, [.id(camera)]).map(Deployment.init)
    }

    /// Another deployment of the same camera that takes some of the same time.
    func overlapping(_ deployment: Deployment, in reader: DatabaseReader) async throws -> Deployment? {
        var conditions = SQLConditions()
        conditions.demand(.id(deployment.camera)) { "camera_id = \($0)" }
        conditions.demand(.id(deployment.id)) { "id <> \($0)" }
        conditions.demand(.timestamp(deployment.startedAt)) { "(ended_at IS NULL OR ended_at > \($0))" }
        conditions.demand(deployment.endedAt.map { .timestamp($0) }) { "started_at < \($0)" }
        return try await reader.first("SELECT * FROM deployment\(conditions.text) LIMIT 1", conditions.values)
            .map(Deployment.init)
    }

    func all(of camera: Camera.ID, in reader: DatabaseReader) async throws -> [Deployment] {
        try await reader.query("SELECT * FROM deployment WHERE camera_id = $1", [.id(camera)]).map(Deployment.init)
    }

    func page(
        of camera: Camera.ID?,
        within reach: Reach,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (deployments: [Deployment], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: reach)
        conditions.demand(camera.map { .id($0) }) { "camera_id = \($0)" }
        let (sql, values) = ("SELECT * FROM deployment\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(Deployment.init), page.next)
        }
    }

    /// Gives the camera's pictures of that time to the deployment and its site, as far as who asks sees them.
    func adopt(_ deployment: Deployment, within reach: Reach, in tx: Transaction) async throws {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: reach)
        conditions.demand(.id(deployment.camera)) { "camera_id = \($0)" }
        conditions.demand(.timestamp(deployment.startedAt)) { "captured_at >= \($0)" }
        conditions.demand(deployment.endedAt.map { .timestamp($0) }) { "captured_at < \($0)" }
        let count = conditions.values.count
        try await tx.execute(
            "UPDATE image SET deployment_id = $\(count + 1)" + conditions.text,
            conditions.values + [.id(deployment.id)]
        )
        guard let site = deployment.site else { return }
        for table in ["image", "image_species"] {
            try await tx.execute(
                "UPDATE \(table) SET site_id = $\(count + 1)" + conditions.text,
                conditions.values + [.id(site)]
            )
        }
    }
}

extension Deployment {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            camera: try row["camera_id"],
            site: try row["site_id"],
            location: GeoPoint(try row["latitude"], try row["longitude"]),
            startedAt: try row["started_at"],
            endedAt: try row["ended_at"],
            notes: try row["notes"]
        )
    }
}
