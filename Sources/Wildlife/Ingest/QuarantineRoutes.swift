import Accounts
import Core
import Database
import HTTPServer
import ObjectStore

/// The calls about files that could not be taken.
struct QuarantineRoutes: Sendable {
    let quarantine: Quarantine
    let look: LookAtImage

    private static let id = Parameter<RejectedFile.ID>.path("id", "Key of the file.")
    private static let missing = Answer.problem(404, "There is no such file.")

    var all: [Route] { [list, download, retry, remove] }

    struct FileAnswer: APIValue {
        let id: RejectedFile.ID
        let filename: String
        let bytes: Int
        let camera: String?
        let door: Delivery.Door
        let reason: String
        let receivedAt: Timestamp
        static let notes = ["camera": "Its code, where it is known.", "door": "Which way it came."]

        init(_ file: RejectedFile) {
            id = file.id
            filename = file.filename
            bytes = file.bytes
            camera = file.camera
            door = file.door
            reason = file.reason
            receivedAt = file.receivedAt
        }
    }

    struct Page: APIValue {
        let items: [FileAnswer]
        let next: String?
        let total: Int?
        static let notes = ["total": "All there are; null where `after` is given."]
    }

    /// Files belong to no site, so they are for those who see all of them.
    private static func demandWholeReach(_ request: Request) throws {
        guard request.wildlifeCaller.reach.sites == nil else {
            throw Problem.forbidden("Rejected files belong to no site: only who sees all sites looks after them.")
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/quarantine",
            summary: "List the files that could not be taken, the newest first",
            tags: ImageRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .cameras,
            quota: "user"
        ) { request in
            try Self.demandWholeReach(request)
            let place = try QuarantineStore.order.place(of: request[Paging.after])
            let page = try await quarantine.store.page(after: place, limit: request[Paging.limit])
            var total: Int?
            if place == nil { total = try await quarantine.store.count() }
            return Page(items: page.files.map(FileAnswer.init), next: page.next?.token, total: total)
        }
    }

    /// What is no whole picture was seen by no detector: there may be people on it.
    private var download: Route {
        Route(
            .get,
            "/api/v1/quarantine/{id}/file",
            summary: "Save a file that could not be taken, as it came",
            details: "For those who may see people on pictures: nobody knows what is on it.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            limits: Route.Limits(time: .seconds(60)),
            access: .cameras,
            quota: "user",
            answers: [.media("application/octet-stream", "The file."), Self.missing],
            contentPolicy: "default-src 'none'; sandbox"
        ) { request in
            try Self.demandWholeReach(request)
            guard request.seesBystanders else {
                throw Problem.forbidden("There may be people on it: only who may see people on pictures may save it.")
            }
            let (file, content) = try await quarantine.content(request[Self.id], request.wildlifeCaller)
            var response = Response.stream(type: "application/octet-stream", length: Int(content.summary.size)) {
                for try await piece in content.pieces { try await $0.write(piece) }
            }
            response.headers.append(("Content-Disposition", Self.disposition(file.filename)))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }

    /// The name in UTF-8, with everything but letters, digits and the plainest signs as percents.
    private static func disposition(_ name: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._".utf8)
        let hex = Array("0123456789ABCDEF".utf8)
        let bytes = name.utf8.flatMap { plain.contains($0) ? [$0] : [37, hex[Int($0 >> 4)], hex[Int($0 & 15)]] }
        return "attachment; filename*=UTF-8''\(String(decoding: bytes, as: UTF8.self))"
    }

    private var retry: Route {
        Route(
            .post,
            "/api/v1/quarantine/{id}/retry",
            summary: "Try again to take a file",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [
                .json(ImageAnswer.self, "It is kept and waits to be read.", status: 201),
                .json(ImageAnswer.self, "This content was here before."),
                .json(CameraAnswer.self, "It is a camera's report, and used up.", status: 202), Self.missing,
                .problem(400, "It still is no whole picture or video, and no report."),
            ]
        ) { request in
            try Self.demandWholeReach(request)
            let outcome = try await quarantine.retry(request[Self.id], request.wildlifeCaller)
            return try await look.response(to: outcome, seesBystanders: request.seesBystanders)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/quarantine/{id}",
            summary: "Remove a file that could not be taken",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            try Self.demandWholeReach(request)
            try await quarantine.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}
