import Accounts
import Core
import Database

/// Counts pictures, within a filter.
struct StatisticsStore: Sendable {
    let database: Database

    private func query(_ sql: String, _ source: ImageFilter.Source) async throws -> [Row] {
        try await database.read(.mayLag) { try await $0.query(sql, source.conditions.values) }
    }

    /// On how many pictures each species is, the commonest first.
    func species(_ filter: ImageFilter, limit: Int) async throws -> [(species: String, images: Int, individuals: Int)] {
        let source = filter.speciesRows
        return try await query(
            """
            SELECT image_species.species AS species, count(*) AS images, sum(image_species.individuals) AS individuals
            FROM \(source.tables)\(source.conditions.text)
            GROUP BY image_species.species ORDER BY count(*) DESC, image_species.species LIMIT \(limit)
            """,
            source
        ).map { (try $0["species"], try $0["images"], try Self.whole($0, "individuals")) }
    }

    /// Pictures by hours or days of the cameras' clocks.
    func timeline(_ filter: ImageFilter, every width: Duration) async throws -> [(time: Timestamp, count: Int)] {
        let source = filter.pictures
        return try await database.read(.mayLag) { reader in
            let bucket = reader.engine.bucket("image.wall_time", width)
            return try await reader.query(
                """
                SELECT \(bucket) AS bucket, count(*) AS images FROM \(source.tables)\(source.conditions.text)
                GROUP BY 1 ORDER BY 1
                """,
                source.conditions.values
            ).map { (try $0["bucket"], try $0["images"]) }
        }
    }

    /// Pictures in each hour of the day by the cameras' clocks.
    func activity(_ filter: ImageFilter) async throws -> [Int] {
        let source = filter.pictures
        let rows = try await query(
            """
            SELECT image.minute_of_day AS minute, count(*) AS images FROM \(source.tables)\(source.conditions.text)
            GROUP BY image.minute_of_day
            """,
            source
        )
        var hours = Array(repeating: 0, count: 24)
        for row in rows {
            let hour = try row["minute", as: Int.self] / 60
            if hours.indices.contains(hour) { hours[hour] += try row["images", as: Int.self] }
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

    /// The cameras with the most pictures first, at most a thousand.
    func cameras(_ filter: ImageFilter) async throws -> [CameraCount] {
        let pictures = filter.pictures
        let named = filter.speciesRows
        return try await database.read(.mayLag) { reader in
            let species = try await reader.query(
                """
                SELECT image_species.camera_id AS id, count(DISTINCT image_species.species) AS species
                FROM \(named.tables)\(named.conditions.text) GROUP BY image_species.camera_id
                """,
                named.conditions.values
            )
            var counts: [Camera.ID: Int] = [:]
            for row in species { if let id: Camera.ID = try row["id"] { counts[id] = try row["species"] } }
            let cameras = try await reader.query(
                """
                SELECT camera.id AS id, camera.code AS code, camera.name AS name, tally.images AS images,
                    tally.last_active AS last_active
                FROM (
                    SELECT \(pictures.table).camera_id AS camera_id, count(*) AS images, max(\(pictures.time)) AS last_active
                    FROM \(pictures.tables)\(pictures.conditions.text) GROUP BY \(pictures.table).camera_id
                ) AS tally JOIN camera ON camera.id = tally.camera_id
                ORDER BY tally.images DESC, camera.code LIMIT 1000
                """,
                pictures.conditions.values
            )
            return try cameras.map { row in
                let id: Camera.ID = try row["id"]
                return CameraCount(
                    camera: id,
                    code: try row["code"],
                    name: try row["name"],
                    images: try row["images"],
                    species: counts[id] ?? 0,
                    lastActive: try row["last_active"]
                )
            }
        }
    }

    /// At how many places each species was seen, of those that were watched; a camera that belongs to no site is a place of
    /// its own.
    func occupancy(_ filter: ImageFilter) async throws -> (watched: Int, seen: [(species: String, places: Int)]) {
        var everything = filter
        everything.species = nil
        let pictures = everything.pictures
        let watched = try await query(
            """
            SELECT count(DISTINCT coalesce(pair.site_id, pair.camera_id)) AS places FROM (
                SELECT DISTINCT image.site_id AS site_id, CASE WHEN image.site_id IS NULL THEN image.camera_id END AS camera_id
                FROM \(pictures.tables)\(pictures.conditions.text)
            ) AS pair
            """,
            pictures
        )
        let named = filter.speciesRows
        let place = "coalesce(image_species.site_id, image_species.camera_id)"
        let seen = try await query(
            """
            SELECT image_species.species AS species, count(DISTINCT \(place)) AS places
            FROM \(named.tables)\(named.conditions.text)
            GROUP BY image_species.species ORDER BY count(DISTINCT \(place)) DESC, image_species.species LIMIT 1000
            """,
            named
        )
        return (try watched.first?["places"] ?? 0, try seen.map { (try $0["species"], try $0["places"]) })
    }

    /// How often each species came: pictures of it at one camera count as one event while no pause is longer than `interval`.
    func events(_ filter: ImageFilter, interval: Duration) async throws -> [(species: String, events: Int)] {
        let named = filter.speciesRows
        return try await database.read(.mayLag) { reader in
            let end = reader.engine.shifted("seen.before", by: interval)
            return try await reader.query(
                """
                SELECT seen.species AS species, count(*) AS events FROM (
                    SELECT image_species.species AS species, image_species.captured_at AS captured_at,
                        lag(image_species.captured_at) OVER (
                            PARTITION BY image_species.species, coalesce(image_species.camera_id, image_species.image_id)
                            ORDER BY image_species.captured_at
                        ) AS before
                    FROM \(named.tables)\(named.conditions.text)
                ) AS seen
                WHERE seen.before IS NULL OR seen.captured_at > \(end)
                GROUP BY seen.species ORDER BY count(*) DESC, seen.species LIMIT 1000
                """,
                named.conditions.values
            ).map { (try $0["species"], try $0["events"]) }
        }
    }

    /// When each species was first seen, the earliest first.
    func firstSights(_ filter: ImageFilter, limit: Int) async throws -> [(species: String, time: Timestamp)] {
        let named = filter.speciesRows
        return try await query(
            """
            SELECT image_species.species AS species, min(image_species.captured_at) AS first_seen
            FROM \(named.tables)\(named.conditions.text)
            GROUP BY image_species.species ORDER BY min(image_species.captured_at), image_species.species LIMIT \(limit)
            """,
            named
        ).map { (try $0["species"], try $0["first_seen"]) }
    }

    struct Verdict: Hashable, Sendable {
        /// What the machine found; `nil` where it found nothing.
        let found: String?
        let review: TrapImage.ReviewState
        let count: Int
    }

    /// What people said of the pictures that they judged, by each species that the machine found there.
    func verdicts(_ filter: ImageFilter) async throws -> [Verdict] {
        var conditions = filter.pictures.conditions
        conditions.demand("image.review IN ('approved', 'corrected', 'rejected')")
        let source = ImageFilter.Source(
            tables: filter.pictures.tables,
            conditions: conditions,
            table: filter.pictures.table
        )
        return try await query(
            """
            SELECT detection.species AS found, image.review AS review, count(DISTINCT image.id) AS images
            FROM \(source.tables) LEFT JOIN detection ON detection.image_id = image.id\(source.conditions.text)
            GROUP BY detection.species, image.review
            """,
            source
        ).map { row in
            Verdict(
                found: try row["found"],
                review: TrapImage.ReviewState(rawValue: try row["review"]) ?? .none,
                count: try row["images"]
            )
        }
    }

    struct Tally: Hashable, Sendable {
        let status: TrapImage.Status
        let contents: TrapImage.Contents
        let review: TrapImage.ReviewState
        let count: Int
    }

    /// Pictures by how far they are, what is on them, and what people said.
    func tallies(_ filter: ImageFilter) async throws -> [Tally] {
        let source = filter.pictures
        return try await query(
            """
            SELECT image.status AS status, image.contents AS contents, image.review AS review, count(*) AS images
            FROM \(source.tables)\(source.conditions.text) GROUP BY image.status, image.contents, image.review
            """,
            source
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
