import Accounts
import Core
import Database
import HTTPServer
import Spreadsheet

/// Writes on which occasions a species was seen by each deployment, and for how long it watched: the table that models of
/// occupancy, such as those of the R package unmarked, begin with.
struct ExportDetectionHistory: Sendable {
    let images: ImageStore
    let deployments: DeploymentStore
    let clock: WallClock

    private static let head = ["deployment_id", "site", "camera", "latitude", "longitude"]

    /// A deployment with what its camera's clock showed at its beginning and its end.
    struct Row: Sendable {
        let deployment: Deployment
        let site: String?
        let camera: String
        let location: GeoPoint?
        let start: Timestamp
        let end: Timestamp
        var seen: Set<Int> = []
    }

    /// - Throws: a 422 without a species, or when there would be too many occasions.
    func table(_ filter: ImageFilter, daysPerOccasion: Int) async throws -> (history: DetectionHistory, rows: [Row]) {
        guard filter.species != nil else {
            throw Problem.unprocessable(["query", "species"], "is missing: a history is that of one species")
        }
        let now = clock.now()
        var rows = try await deployments.watching(filter, until: now)
        let first = max(rows.map(\.start).min() ?? now, filter.from ?? Timestamp(microseconds: .min))
        let last = min(
            rows.map(\.end).max() ?? now,
            filter.to.map { $0 - .microseconds(1) } ?? Timestamp(microseconds: .max)
        )
        let history = DetectionHistory(from: first, to: last, daysPerOccasion: daysPerOccasion)
        guard history.count <= DetectionHistory.mostOccasions else {
            throw Problem.unprocessable(
                ["query", "days_per_occasion"],
                "makes \(history.count) occasions of this time, and \(DetectionHistory.mostOccasions) are the most: take "
                    + "more days for each, or set date_from and date_to"
            )
        }
        let days = try await images.daysSeen(filter)
        for index in rows.indices {
            rows[index].seen = Set((days[rows[index].deployment.id] ?? []).compactMap(history.occasion))
        }
        return (history, rows)
    }

    func callAsFunction(
        _ table: (history: DetectionHistory, rows: [Row]),
        _ write: (String) async throws -> Void
    ) async throws {
        let (history, rows) = table
        let names = (0..<history.count).map(history.name)
        try await write(CSVLine.text(Self.head + names.map { "seen_\($0)" } + names.map { "effort_\($0)" }))
        for row in rows {
            let efforts = (0..<history.count).map { history.effort(from: row.start, to: row.end, in: $0) }
            let head: [Cell] = [
                .text(row.deployment.id.description), .text(row.site), .text(row.camera),
                row.location.map { .number($0.latitude) } ?? .empty,
                row.location.map { .number($0.longitude) } ?? .empty,
            ]
            let seen = efforts.enumerated().map { occasion, effort -> Cell in
                if row.seen.contains(occasion) { return .integer(1) }
                return effort > 0 ? .integer(0) : .text("NA")
            }
            let shown = efforts.map { Cell.number(($0 * 1_000).rounded() / 1_000) }
            try await write(CSVLine.text(head + seen + shown))
        }
    }
}

extension DeploymentStore {
    /// Those that the filter's place and time let through, the earliest first, with or without pictures.
    fileprivate func watching(
        _ filter: ImageFilter,
        until now: Timestamp
    ) async throws -> [ExportDetectionHistory.Row] {
        var conditions = SQLConditions()
        conditions.demand("deployment.site_id", isIn: filter.reach)
        conditions.demand(filter.site.map { .id($0) }) { "deployment.site_id = \($0)" }
        conditions.demand(filter.camera.map { .id($0) }) { "deployment.camera_id = \($0)" }
        conditions.demand(filter.deployment.map { .id($0) }) { "deployment.id = \($0)" }
        conditions.demand(.timestamp(filter.to ?? now)) { "deployment.started_at < \($0)" }
        conditions.demand(filter.from.map { .timestamp($0) }) {
            "(deployment.ended_at IS NULL OR deployment.ended_at > \($0))"
        }
        let rows = try await database.query(
            """
            SELECT deployment.*, camera.code AS code, camera.zone AS zone, camera.latitude AS camera_latitude,
                camera.longitude AS camera_longitude, site.name AS site, site.latitude AS site_latitude,
                site.longitude AS site_longitude
            FROM deployment JOIN camera ON camera.id = deployment.camera_id
                LEFT JOIN site ON site.id = deployment.site_id\(conditions.text)
            ORDER BY deployment.started_at, deployment.id
            """,
            conditions.values
        )
        let veil = try await SensitivePlaces(database: database).veil(for: filter)
        return try rows.map { row in
            let deployment = try Deployment(row)
            let zone = LocalZone(try row["zone"]) ?? .utc
            return ExportDetectionHistory.Row(
                deployment: deployment,
                site: try row["site"],
                camera: try row["code"],
                location: veil(
                    try deployment.location ?? GeoPoint(row["camera_latitude"], row["camera_longitude"])
                        ?? GeoPoint(row["site_latitude"], row["site_longitude"]),
                    of: deployment.camera
                ),
                start: zone.wall(at: deployment.startedAt),
                end: zone.wall(at: min(deployment.endedAt ?? now, now))
            )
        }
    }
}

extension ImageStore {
    /// The days, by the cameras' clocks, on which each deployment took pictures that the filter lets through.
    fileprivate func daysSeen(_ filter: ImageFilter) async throws -> [Deployment.ID: [Timestamp]] {
        let source = filter.pictures
        var conditions = source.conditions
        conditions.demand("image.deployment_id IS NOT NULL")
        let (text, values) = (conditions.text, conditions.values)
        return try await database.read(.mayLag) { reader in
            let day = reader.engine.bucket("image.wall_time", .seconds(86_400))
            var days: [Deployment.ID: [Timestamp]] = [:]
            let rows = reader.rows(
                "SELECT DISTINCT image.deployment_id AS deployment, \(day) AS day FROM \(source.tables)\(text)",
                values
            )
            for try await row in rows { days[try row["deployment"], default: []].append(try row["day"]) }
            return days
        }
    }
}
