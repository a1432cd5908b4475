import Accounts
import Core
import HTTPServer

/// The calls that hand out pictures and findings in the formats of the field; each takes the filter of the list.
struct ExportRoutes: Sendable {
    let camtrap: ExportCamtrapDP
    let observations: ExportObservations
    let megaDetector: ExportMegaDetector
    let coco: ExportCOCO
    let audit: AuditLog

    private static let withMedia = Parameter<Bool>.query("media", "Whether the pictures go along.", default: false)

    var all: [Route] {
        [
            route(
                "camtrap-dp",
                "Export as Camtrap DP \(CamtrapPackage.version), one zip archive",
                "Pictures without a place cannot be in it; left-out.csv lists them. Pictures of people go along for who may see them.",
                type: "application/zip",
                file: "camtrap-dp.zip",
                more: [Self.withMedia]
            ) { request, writer in
                try await camtrap(request.imageFilter(), withMedia: request[Self.withMedia]) {
                    try await writer.write($0)
                }
            },
            route(
                "observations.csv",
                "Export a line for each animal, person and vehicle",
                type: "text/csv; charset=utf-8",
                file: "observations.csv"
            ) { request, writer in
                try await observations(request.imageFilter()) { try await writer.write($0) }
            },
            route(
                "observations.xlsx",
                "Export the same lines as an Excel workbook",
                "With real dates and numbers; text is never a formula. It begins to come when all of it is written.",
                type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                file: "observations.xlsx"
            ) { request, writer in
                try await observations.workbook(request.imageFilter()) { try await writer.write($0) }
            },
            route(
                "megadetector.json",
                "Export detections as MegaDetector writes them",
                type: "application/json",
                file: "megadetector.json"
            ) { request, writer in
                try await megaDetector(request.imageFilter()) { try await writer.write($0) }
            },
            route("coco.json", "Export as COCO Camera Traps", type: "application/json", file: "coco.json") {
                request,
                writer in
                try await coco(request.imageFilter()) { try await writer.write($0) }
            },
        ]
    }

    private func route(
        _ name: String,
        _ summary: String,
        _ details: String = "",
        type: String,
        file: String,
        more: [any ParameterDeclaration] = [],
        _ write: @escaping @Sendable (Request, BodyWriter) async throws -> Void
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
            let caller = request.wildlifeCaller
            let entry = AuditEntry("images.exported", by: caller.name, on: "export \(name)", from: caller.origin)
            try await audit.write(entry)
            var response = Response.stream(type: type) { writer in try await write(request, writer) }
            response.headers.append(("Content-Disposition", "attachment; filename=\"\(file)\""))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }
}
