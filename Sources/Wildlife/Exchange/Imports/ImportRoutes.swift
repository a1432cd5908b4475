import Accounts
import Core
import Database
import HTTPServer
import ObjectStore

/// The calls with which files from elsewhere are taken in.
struct ImportRoutes: Sendable {
    let accept: AcceptImport
    let store: ImportStore
    let origins: OriginStore

    private static let id = Parameter<ImportRun.ID>.path("id", "Key of the import.")
    private static let filename = Parameter<String?>.query(
        "filename",
        "What the file is called, for the list of imports."
    )
    private static let missing = Answer.problem(404, "There is no such import, or none that you see.")

    var all: [Route] {
        [
            send(
                .camtrapDP,
                "Import a Camtrap DP package, a zip archive",
                """
                The archive is the body. Deployments become sites, cameras and deployments, media become pictures, observations \
                reviews and findings. Nothing is fetched from elsewhere. What deviates from the standard is mended where it can be \
                and told in the report. The same package twice adds nothing twice. For who sees all sites, and may send, review and see people.
                """,
                ["application/zip", "application/octet-stream"]
            ),
            send(
                .megaDetector,
                "Import what MegaDetector found, a JSON file",
                """
                The file is the body, in format 1.x. Pictures are found by our key in the path, else by the name of the file, the \
                folder of the camera and the time. What was found takes the place of what the detector here found, where no person has \
                said anything; what is less sure than the server's threshold is left out. The report tells what was not found.
                """,
                ["application/json", "application/octet-stream"]
            ), list, show, report, table, remove,
        ]
    }

    struct Page: APIValue {
        let items: [ImportAnswer]
        let next: String?
    }

    struct Report: APIValue {
        let items: [ImportNoteAnswer]
        let next: String?
    }

    private func send(_ kind: ImportRun.Kind, _ summary: String, _ details: String, _ types: [String]) -> Route {
        Route(
            .post,
            "/api/v1/import/\(kind.rawValue)",
            summary: summary,
            details: details,
            tags: ImageRoutes.tags,
            parameters: [Self.filename],
            body: .stream(types),
            limits: Route.Limits(
                body: Int(AcceptImport.limit(of: kind)),
                time: .seconds(120),
                upload: .seconds(12 * 3_600)
            ),
            access: .cameras,
            quota: "data",
            answers: [
                .json(ImportAnswer.self, "The file is kept and waits to be read.", status: 202),
                .problem(408, "Nothing of the file came for almost a minute."),
                .problem(409, "Somebody removed the import while its file came."),
                .problem(413, "The file is too large."),
                .problem(429, "Too many of your imports come or wait, or there were too many calls; see Retry-After."),
                .problem(503, "Too many imports come or wait; see Retry-After."),
                .problem(507, "The disk has no room for it; see Retry-After."),
            ]
        ) { request in
            try Self.check(kind, request)
            let body = CheckedStart(body: request.body, kind: kind)
            let run = try await accept(
                kind,
                request[Self.filename] ?? "",
                length: request.headers["content-length"].flatMap { Int($0) },
                body,
                request.wildlifeCaller
            )
            var response = try Response.json(ImportAnswer(run, deviations: 0), status: 202)
            response["Location"] = "/api/v1/imports/\(run.id)"
            return response
        }
    }

    private static func check(_ kind: ImportRun.Kind, _ request: Request) throws {
        let missing = kind.permissions.subtracting(request.caller?.permissions ?? []).map(\.rawValue).sorted()
        guard missing.isEmpty else {
            throw Problem.forbidden(
                "An import changes what is known of pictures: it needs \(missing.joined(separator: ", ")) too."
            )
        }
        guard kind == .camtrapDP else { return }
        guard request.wildlifeCaller.reach.sites == nil else {
            throw Problem.forbidden("A package adds sites: only who sees all sites imports one.")
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/imports",
            summary: "List imports, the newest first",
            details: "All for who sees all sites; else your own.",
            tags: ImageRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .cameras,
            quota: "user"
        ) { request in
            let caller = request.wildlifeCaller
            // Whoever is nobody, such as the key of the settings, sees all sites.
            let owner = caller.reach.sites == nil ? nil : caller.user
            let place = try ImportStore.order.place(of: request[Paging.after])
            let page = try await store.page(of: owner, after: place, limit: request[Paging.limit])
            return Page(items: try await answers(page.runs), next: page.next?.token)
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/imports/{id}",
            summary: "Tell how far an import is, and what came of it",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            try await answers([visible(request)])[0]
        }
    }

    private var report: Route {
        Route(
            .get,
            "/api/v1/imports/{id}/report",
            summary: "Tell what deviated in an import, and what was done about it",
            tags: ImageRoutes.tags,
            parameters: [Self.id, Paging.after, Paging.limit],
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let run = try await visible(request)
            let place = try ImportStore.noteOrder.place(of: request[Paging.after])
            let page = try await store.notes(of: run.id, after: place, limit: request[Paging.limit])
            return Report(items: page.notes.map(ImportNoteAnswer.init), next: page.next?.token)
        }
    }

    private var table: Route {
        Route(
            .get,
            "/api/v1/imports/{id}/report.csv",
            summary: "The report of an import as a table",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.media("text/csv; charset=utf-8", "A line for each deviation."), Self.missing]
        ) { request in
            let run = try await visible(request)
            var response = Response.stream(type: "text/csv; charset=utf-8") { writer in
                try await writer.write(CSVLine.text(["file", "row", "field", "problem", "done"]))
                var place: PagePlace?
                repeat {
                    let page = try await store.notes(of: run.id, after: place, limit: 500)
                    try await writer.write(page.notes.map(Self.line).joined())
                    place = page.next
                } while place != nil
            }
            response.headers.append(("Content-Disposition", "attachment; filename=\"import-report.csv\""))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }

    private static func line(_ note: ImportNote) -> String {
        CSVLine.text([
            CSVLine.harmless(note.file), "\(note.line)", CSVLine.harmless(note.field), CSVLine.harmless(note.problem),
            note.outcome,
        ])
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/imports/{id}",
            summary: "Forget an import and its report; one that is under way stops",
            details: "What was taken until then stays.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            let run = try await visible(request)
            try await accept.remove(run, request.wildlifeCaller)
            return .noContent
        }
    }

    private func answers(_ runs: [ImportRun]) async throws -> [ImportAnswer] {
        let counts = try await store.noteCounts(of: runs.map(\.id))
        let names = runs.filter { $0.kind == .camtrapDP }.map(\.package)
        let packages = try await store.database.read { try await origins.packages(names, in: $0) }
        return runs.map { ImportAnswer($0, deviations: counts[$0.id] ?? 0, package: packages[$0.package]) }
    }

    private func visible(_ request: Request) async throws -> ImportRun {
        let caller = request.wildlifeCaller
        let run = try await store.database.read { try await store.run(request[Self.id], in: $0) }
        guard let run, caller.reach.sites == nil || run.owner == caller.user else {
            throw Problem.notFound("There is no import with this key, or none that you see.")
        }
        return run
    }
}
