import Accounts
import Core
import HTTPServer

/// The calls that hand out pictures and findings in the formats of the field; each takes the filter of the list.
struct ExportRoutes: Sendable {
    let camtrap: ExportCamtrapDP
    let observations: ExportObservations
    let megaDetector: ExportMegaDetector
    let coco: ExportCOCO
    let history: ExportDetectionHistory
    let geoJSON: ExportGeoJSON
    let darwinCore: ExportDarwinCore
    let audit: AuditLog

    private static let withMedia = Parameter<Bool>.query("media", "Whether the pictures go along.", default: false)

    private static let daysPerOccasion = Parameter<Int>.query(
        "days_per_occasion",
        "How many days make one occasion, such as 1 or 7.",
        default: 1,
        in: 1...366
    )

    private static let historyOf = Parameter<ExportDetectionHistory.Unit>.query(
        "by",
        "What has a row: each deployment, or each site with all of its deployments together.",
        default: .deployment
    )

    var all: [Route] { [camtrapDP] + tables + forMachines }

    private var camtrapDP: Route {
        route(
            "camtrap-dp",
            "Export as Camtrap DP \(CamtrapPackage.version), one zip archive",
            "Pictures without a place cannot be in it; left-out.csv lists them. Pictures of people go along for who may see them.",
            type: "application/zip",
            file: "camtrap-dp.zip",
            more: [Self.withMedia]
        ) { request in
            { writer in
                try await camtrap(request.imageFilter(), withMedia: request[Self.withMedia]) {
                    try await writer.write($0)
                }
            }
        }
    }

    private var tables: [Route] {
        [
            route(
                "observations.csv",
                "Export a line for each animal, person and vehicle",
                type: Self.csv,
                file: "observations.csv"
            ) { request in
                { writer in try await observations(request.imageFilter()) { try await writer.write($0) } }
            },
            route(
                "observations.xlsx",
                "Export the same lines as an Excel workbook",
                "With real dates and numbers; text is never a formula. It begins to come when all of it is written.",
                type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                file: "observations.xlsx"
            ) { request in
                { writer in try await observations.workbook(request.imageFilter()) { try await writer.write($0) } }
            },
            route(
                "detection-history.csv",
                "Export on which occasions a species was seen, for models of occupancy",
                """
                A row for each deployment, or each site, within the filter's place and time, with pictures or without: 1 where the \
                species was seen, 0 where it was not, NA where no camera ran; then the days that cameras ran in each occasion, added up.
                """,
                type: Self.csv,
                file: "detection-history.csv",
                more: [Self.historyOf, Self.daysPerOccasion]
            ) { request in
                let table = try await history.table(
                    request.imageFilter(),
                    by: request[Self.historyOf],
                    daysPerOccasion: request[Self.daysPerOccasion]
                )
                return { writer in try await history(table) { try await writer.write($0) } }
            },
        ]
    }

    private var forMachines: [Route] {
        [
            route(
                "darwin-core",
                "Export the animals as a Darwin Core Archive",
                "As GBIF takes it: an occurrence for each animal, with the pictures named and not in it.",
                type: "application/zip",
                file: "darwin-core.zip"
            ) { request in
                { writer in try await darwinCore(request.imageFilter()) { try await writer.write($0) } }
            },
            route(
                "observations.geojson",
                "Export the lines of observations as GeoJSON",
                "A feature for each; those of pictures that lie nowhere have no geometry.",
                type: "application/geo+json",
                file: "observations.geojson"
            ) { request in
                { writer in try await geoJSON(request.imageFilter()) { try await writer.write($0) } }
            },
            route(
                "megadetector.json",
                "Export detections as MegaDetector writes them",
                type: "application/json",
                file: "megadetector.json"
            ) { request in
                { writer in try await megaDetector(request.imageFilter()) { try await writer.write($0) } }
            },
            route("coco.json", "Export as COCO Camera Traps", type: "application/json", file: "coco.json") { request in
                { writer in try await coco(request.imageFilter()) { try await writer.write($0) } }
            },
        ]
    }

    private static let csv = "text/csv; charset=utf-8"

    /// `begin` refuses what cannot be exported, before any of it is on its way.
    private func route(
        _ name: String,
        _ summary: String,
        _ details: String = "",
        type: String,
        file: String,
        more: [any ParameterDeclaration] = [],
        _ begin: @escaping @Sendable (Request) async throws -> @Sendable (BodyWriter) async throws -> Void
    ) -> Route {
        Route(
            .get,
            "/api/v1/export/\(name)",
            summary: summary,
            details: details,
            tags: ImageRoutes.tags,
            parameters: ImageFilter.parameters + more,
            limits: Route.Limits(time: .seconds(60)),
            access: .images,
            quota: "clients",
            answers: [.media(type, "The file, made while it is read.")]
        ) { request in
            let write = try await begin(request)
            let caller = request.wildlifeCaller
            let entry = AuditEntry("images.exported", by: caller, on: "export \(name)")
            try await audit.write(entry)
            var response = Response.stream(type: type, write)
            response.headers.append(("Content-Disposition", "attachment; filename=\"\(file)\""))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }
}
