import Accounts
import Core
import Database
import HTTPServer

/// The calls about deployments.
struct DeploymentRoutes: Sendable {
    let places: ManagePlaces
    let sensitive: SensitivePlaces

    private static let id = Parameter<Deployment.ID>.path("id", "Key of the deployment.")
    private static let camera = Parameter<Camera.ID?>.query("camera_id", "Of this camera.")
    private static let missing = Answer.problem(404, "There is no such deployment, or none that you see.")
    private static let overlaps = Answer.problem(409, "The camera hung elsewhere in some of this time.")

    var all: [Route] { [list, add, change, remove] }

    struct DeploymentAnswer: APIValue {
        let id: Deployment.ID
        let cameraID: Camera.ID
        let siteID: Site.ID?
        let location: PointAnswer?
        let startedAt: Timestamp
        let endedAt: Timestamp?
        let notes: String

        enum CodingKeys: String, CodingKey {
            case id, location, startedAt, endedAt, notes
            case cameraID = "cameraId"
            case siteID = "siteId"
        }

        init(_ deployment: Deployment) {
            id = deployment.id
            cameraID = deployment.camera
            siteID = deployment.site
            location = deployment.location.map(PointAnswer.init)
            startedAt = deployment.startedAt
            endedAt = deployment.endedAt
            notes = deployment.notes
        }
    }

    struct Page: APIValue {
        let items: [DeploymentAnswer]
        let next: String?
    }

    struct Wish: APIValue {
        let cameraID: Camera.ID
        let siteID: Site.ID?
        let location: PointAnswer?
        let startedAt: Timestamp
        let endedAt: Timestamp?
        let notes: String?

        enum CodingKeys: String, CodingKey {
            case location, startedAt, endedAt, notes
            case cameraID = "cameraId"
            case siteID = "siteId"
        }

        func deployment(_ id: Deployment.ID) throws -> Deployment {
            Deployment(
                id: id,
                camera: cameraID,
                site: siteID,
                location: try location?.point(),
                startedAt: try startedAt.checked(["body", "started_at"]),
                endedAt: try endedAt?.checked(["body", "ended_at"]),
                notes: PlainText.clean(notes ?? "", limit: 2_000)
            )
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/deployments",
            summary: "List the deployments that you see, the latest first",
            tags: ImageRoutes.tags,
            parameters: [Self.camera, Paging.after, Paging.limit],
            access: .images,
            quota: "user"
        ) { request in
            let page = try await places.deployments.page(
                of: request[Self.camera],
                within: request.wildlifeCaller.reach,
                after: DeploymentStore.order.place(of: request[Paging.after]),
                limit: request[Paging.limit]
            )
            let veil = try await sensitive.veil(for: request)
            return Page(items: page.deployments.map { DeploymentAnswer(veil($0)) }, next: page.next?.token)
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/deployments",
            summary: "Say where a camera hangs, and from when",
            details: "The pictures that it took in that time become those of the deployment and its site.",
            tags: ImageRoutes.tags,
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            status: 201,
            answers: [.problem(404, "There is no such camera."), Self.overlaps]
        ) { request in
            let deployment = try request.json(Wish.self).deployment(.next(at: places.clock.now()))
            try await places.add(deployment, request.wildlifeCaller)
            return DeploymentAnswer(deployment)
        }
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/deployments/{id}",
            summary: "Change where a camera hung, and when",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing, Self.overlaps]
        ) { request in
            let wish = try request.json(Wish.self).deployment(request[Self.id])
            return DeploymentAnswer(
                try await places.change(request[Self.id], request.wildlifeCaller) { deployment in
                    // A camera's time in one place stays that camera's.
                    deployment.site = wish.site
                    deployment.location = wish.location
                    deployment.startedAt = wish.startedAt
                    deployment.endedAt = wish.endedAt
                    deployment.notes = wish.notes
                }
            )
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/deployments/{id}",
            summary: "Remove a deployment; its pictures stay",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            try await places.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}
