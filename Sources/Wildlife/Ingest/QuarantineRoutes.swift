import Accounts
import Core
import Database
import HTTPServer

/// The calls about files that could not be taken.
struct QuarantineRoutes: Sendable {
    let quarantine: Quarantine
    let look: LookAtImage

    private static let id = Parameter<RejectedFile.ID>.path("id", "Key of the file.")
    private static let missing = Answer.problem(404, "There is no such file.")

    var all: [Route] { [list, retry, remove] }

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
            return Page(items: page.files.map(FileAnswer.init), next: page.next?.token)
        }
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
            answers: [Self.missing, .problem(400, "It still is no whole picture.")]
        ) { request in
            try Self.demandWholeReach(request)
            let receipt = try await quarantine.retry(request[Self.id], request.wildlifeCaller)
            return try await look.answer(receipt.image, seesBystanders: request.seesBystanders)
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
