import Core
import Database

/// Counts pictures, within a filter.
struct StatisticsStore: Sendable {
    let database: Database

    private func query(_ sql: String, _ conditions: SQLConditions) async throws -> [Row] {
        try await database.read(.mayLag) { try await $0.query(sql, conditions.values) }
    }

    /// On how many pictures each species is, the commonest first.
    func species(_ filter: ImageFilter, limit: Int) async throws -> [(species: String, images: Int, individuals: Int)] {
        let conditions = filter.conditions
        return try await query(
            """
            SELECT image_species.species AS species, count(*) AS images, sum(image_species.individuals) AS individuals
            FROM image_species JOIN image ON image.id = image_species.image_id\(conditions.text)
            GROUP BY image_species.species ORDER BY count(*) DESC, image_species.species LIMIT \(limit)
            """,
            conditions
        ).map { (try $0["species"], try $0["images"], try Self.whole($0, "individuals")) }
    }

    /// Pictures by hours or days of the cameras' clocks.
    func timeline(_ filter: ImageFilter, every width: Duration) async throws -> [(time: Timestamp, count: Int)] {
        let conditions = filter.conditions
        let tables = filter.tables
        return try await database.read(.mayLag) { reader in
            let bucket = reader.engine.bucket("image.wall_time", width)
            return try await reader.query(
                "SELECT \(bucket) AS bucket, count(*) AS images FROM \(tables)\(conditions.text) GROUP BY 1 ORDER BY 1",
                conditions.values
            ).map { (try $0["bucket"], try $0["images"]) }
        }
    }

    /// Pictures in each hour of the day by the cameras' clocks.
    func activity(_ filter: ImageFilter) async throws -> [Int] {
        let conditions = filter.conditions
        let rows = try await query(
            """
            SELECT image.minute_of_day / 60 AS hour, count(*) AS images FROM \(filter.tables)\(conditions.text)
            GROUP BY 1
            """,
            conditions
        )
        var hours = Array(repeating: 0, count: 24)
        for row in rows {
            let hour: Int = try row["hour"]
            if hours.indices.contains(hour) { hours[hour] = try row["images"] }
        }
        return hours
    }

    struct CameraCount: Sendable {
        let camera: Camera.ID
        let code: String
        let name: String
        let images: Int
        let species: Int
        let lastActive: Timestamp?
    }

    func cameras(_ filter: ImageFilter) async throws -> [CameraCount] {
        let conditions = filter.conditions
        return try await query(
            """
            SELECT camera.id AS id, camera.code AS code, camera.name AS name,
                count(DISTINCT image.id) AS images, count(DISTINCT found.species) AS species,
                max(image.captured_at) AS last_active
            FROM \(filter.tables) JOIN camera ON camera.id = image.camera_id
                LEFT JOIN image_species AS found ON found.image_id = image.id\(conditions.text)
            GROUP BY camera.id, camera.code, camera.name ORDER BY count(DISTINCT image.id) DESC, camera.code LIMIT 1000
            """,
            conditions
        ).map { row in
            CameraCount(
                camera: try row["id"],
                code: try row["code"],
                name: try row["name"],
                images: try row["images"],
                species: try row["species"],
                lastActive: try row["last_active"]
            )
        }
    }

    /// At how many places each species was seen, of those that were watched.
    func occupancy(_ filter: ImageFilter) async throws -> (watched: Int, seen: [(species: String, places: Int)]) {
        let conditions = filter.conditions
        // A camera that belongs to no site is a place of its own.
        let place = "coalesce(image.site_id, image.camera_id)"
        let watched = try await query(
            "SELECT count(DISTINCT \(place)) AS places FROM \(filter.tables)\(conditions.text)",
            conditions
        )
        let seen = try await query(
            """
            SELECT image_species.species AS species, count(DISTINCT \(place)) AS places
            FROM image_species JOIN image ON image.id = image_species.image_id\(conditions.text)
            GROUP BY image_species.species ORDER BY count(DISTINCT \(place)) DESC, image_species.species LIMIT 1000
            """,
            conditions
        )
        return (try watched.first?["places"] ?? 0, try seen.map { (try $0["species"], try $0["places"]) })
    }

    struct Tally: Hashable, Sendable {
        let status: TrapImage.Status
        let contents: TrapImage.Contents
        let review: TrapImage.ReviewState
        let count: Int
    }

    /// Pictures by how far they are, what is on them, and what people said.
    func tallies(_ filter: ImageFilter) async throws -> [Tally] {
        let conditions = filter.conditions
        return try await query(
            """
            SELECT image.status AS status, image.contents AS contents, image.review AS review, count(*) AS images
            FROM \(filter.tables)\(conditions.text) GROUP BY image.status, image.contents, image.review
            """,
            conditions
        ).map { row in
            Tally(
                status: TrapImage.Status(rawValue: try row["status"]) ?? .pending,
                contents: TrapImage.Contents(rawValue: try row["contents"]) ?? .unknown,
                review: TrapImage.ReviewState(rawValue: try row["review"]) ?? .none,
                count: try row["images"]
            )
        }
    }

    /// Sums come as numeric on one engine and as integers on the other.
    private static func whole(_ row: Row, _ column: String) throws -> Int {
        Int(try row[column, as: Double?.self] ?? 0)
    }
}
