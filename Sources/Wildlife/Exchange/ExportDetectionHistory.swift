import Accounts
import Core
import Database
import HTTPServer
import Spreadsheet

/// Writes on which occasions a species was seen by each deployment or at each site, and for how long it was watched: the table
/// that models of occupancy, such as those of the R package unmarked, begin with.
struct ExportDetectionHistory: Sendable {
    let images: ImageStore
    let deployments: DeploymentStore
    let clock: WallClock

    /// What a row stands for.
    enum Unit: String, CaseIterable, Codable, Sendable, ParameterValue {
        case deployment, site

        fileprivate var head: [String] {
            switch self {
            case .deployment: ["deployment_id", "site", "camera", "latitude", "longitude"]
            case .site: ["site_id", "site", "cameras", "latitude", "longitude"]
            }
        }
    }

    struct Table: Sendable {
        let unit: Unit
        let history: DetectionHistory
        let rows: [Row]
    }

    /// A deployment, or all of a site; those without a site are together by their cameras.
    struct Row: Sendable {
        let id: String?
        let site: String?
        /// Its code, or all of them.
        let camera: String
        let location: GeoPoint?
        fileprivate let watches: [Watch]
        var seen: Set<Int> = []

        /// For how many days cameras ran in an occasion, added up: two that ran all day are two days.
        func effort(in occasion: Int, of history: DetectionHistory) -> Double {
            watches.map { history.effort(from: $0.start, to: $0.end, in: occasion) }.reduce(0, +)
        }
    }

    /// - Throws: a 422 without a species, or when there would be too many occasions.
    func table(_ filter: ImageFilter, by unit: Unit = .deployment, daysPerOccasion: Int) async throws -> Table {
        guard filter.species != nil else {
            throw Problem.unprocessable(["query", "species"], "is missing: a history is that of one species")
        }
        let now = clock.now()
        let watches = try await deployments.watching(filter, until: now)
        let first = max(watches.map(\.start).min() ?? now, filter.from ?? Timestamp(microseconds: .min))
        let last = min(
            watches.map(\.end).max() ?? now,
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
        let rows = watches.rows(by: unit).map { row in
            var row = row
            row.seen = Set(row.watches.flatMap { days[$0.deployment.id] ?? [] }.compactMap(history.occasion))
            return row
        }
        return Table(unit: unit, history: history, rows: rows)
    }

    func callAsFunction(_ table: Table, _ write: (String) async throws -> Void) async throws {
        let history = table.history
        let names = (0..<history.count).map(history.name)
        try await write(CSVLine.text(table.unit.head + names.map { "seen_\($0)" } + names.map { "effort_\($0)" }))
        for row in table.rows {
            let efforts = (0..<history.count).map { row.effort(in: $0, of: history) }
            let head: [Cell] = [
                .text(row.id), .text(row.site), .text(row.camera),
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

/// A deployment with what its camera's clock showed at its beginning and its end.
private struct Watch: Sendable {
    let deployment: Deployment
    let site: String?
    let siteLocation: GeoPoint?
    let camera: String
    let location: GeoPoint?
    /// As it may be told of all of the site.
    let locationOfSite: GeoPoint?
    let start: Timestamp
    let end: Timestamp
}

extension [Watch] {
    /// In the order in which they begin.
    fileprivate func rows(by unit: ExportDetectionHistory.Unit) -> [ExportDetectionHistory.Row] {
        switch unit {
        case .deployment:
            return map { watch in
                ExportDetectionHistory.Row(
                    id: watch.deployment.id.description,
                    site: watch.site,
                    camera: watch.camera,
                    location: watch.location ?? watch.siteLocation,
                    watches: [watch]
                )
            }
        case .site:
            var places: [String] = []
            var watches: [String: [Watch]] = [:]
            for watch in self {
                let place = watch.deployment.site?.description ?? watch.deployment.camera.description
                if watches[place] == nil { places.append(place) }
                watches[place, default: []].append(watch)
            }
            return places.compactMap { place in
                guard let watches = watches[place], let first = watches.first else { return nil }
                return ExportDetectionHistory.Row(
                    id: first.deployment.site?.description,
                    site: first.site,
                    camera: Set(watches.map(\.camera)).sorted().joined(separator: " "),
                    location: first.siteLocation ?? watches.lazy.compactMap(\.locationOfSite).first,
                    watches: watches
                )
            }
        }
    }
}

extension DeploymentStore {
    /// Those that the filter's place and time let through, the earliest first, with or without pictures.
    fileprivate func watching(
        _ filter: ImageFilter,
        until now: Timestamp
    ) async throws -> [Watch] {
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
            let siteLocation = veil(
                GeoPoint(try row["site_latitude"], try row["site_longitude"]),
                of: deployment.camera
            )
            let location = veil(
                try deployment.location ?? GeoPoint(row["camera_latitude"], row["camera_longitude"]),
                of: deployment.camera
            )
            return Watch(
                deployment: deployment,
                site: try row["site"],
                siteLocation: deployment.site.map { veil(siteLocation, of: $0) } ?? nil,
                camera: try row["code"],
                location: location,
                locationOfSite: deployment.site.map { veil(location, of: $0) } ?? location,
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
