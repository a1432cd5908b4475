import Accounts
import Core
import Database
import HTTPServer

/// The calls about cameras whose pictures tell of another place.
struct MoveRoutes: Sendable {
    let judge: JudgeMove

    private static let id = Parameter<CameraMove.ID>.path("id", "Key of the move.")
    private static let camera = Parameter<Camera.ID?>.query("camera_id", "Of this camera.")
    private static let state = Parameter<CameraMove.State>.query(
        "state",
        "Those that wait for a word, that were accepted, or of which nobody wants to hear.",
        default: .open
    )
    private static let missing = Answer.problem(404, "There is no such move, or none that you see.")
    private static let settled = Answer.problem(409, "Somebody has said already what became of it.")

    var all: [Route] { [list, accept, dismiss, undo] }

    struct MoveAnswer: APIValue {
        let id: CameraMove.ID
        let cameraID: Camera.ID
        let state: CameraMove.State
        let siteID: Site.ID?
        let from: PointAnswer?
        let to: PointAnswer
        let metres: Int?
        let firstAt: Timestamp
        let lastAt: Timestamp
        let imageCount: Int
        let previousID: Deployment.ID?
        let deploymentID: Deployment.ID?
        let createdAt: Timestamp
        static let notes = [
            "deploymentId": "What began when it was accepted.",
            "firstAt": "When the first picture of the new place was taken: there the new deployment begins.",
            "from": "Null when nobody said where the camera hung before.",
            "imageCount": "Pictures that were taken at the new place.",
            "previousId": "The deployment before; null for a camera without any.",
            "siteId": "Of the deployment before, else of the camera: the new one gets it unless another is named.",
            "to": "The middle of what the pictures say.",
        ]

        enum CodingKeys: String, CodingKey {
            case id, state, from, to, metres, firstAt, lastAt, imageCount, createdAt
            case cameraID = "cameraId"
            case siteID = "siteId"
            case previousID = "previousId"
            case deploymentID = "deploymentId"
        }

        init(_ move: CameraMove, _ site: Site.ID?) {
            id = move.id
            cameraID = move.camera
            state = move.state
            siteID = site
            from = move.from.map(PointAnswer.init)
            to = PointAnswer(move.to)
            metres = move.metres
            firstAt = move.firstAt
            lastAt = move.lastAt
            imageCount = move.images
            previousID = move.previous
            deploymentID = move.acceptance?.deployment
            createdAt = move.createdAt
        }
    }

    struct Page: APIValue {
        let items: [MoveAnswer]
        let next: String?
    }

    struct Wish: APIValue {
        let siteID: Site.ID?
        static let notes = ["siteId": "Of the new deployment; left out, that of the one before."]

        enum CodingKeys: String, CodingKey { case siteID = "siteId" }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/cameras/moves",
            summary: "List cameras that hang elsewhere than anybody said, by the GPS of their pictures",
            details: """
                At least \(SpotMove.agreement) pictures that follow one another agree on the place. A proposal goes by \
                itself when the pictures say so no more. Its figures may change while it is open; its key stays as long as \
                the place does.
                """,
            tags: ImageRoutes.tags,
            parameters: [Self.state, Self.camera, Paging.after, Paging.limit],
            access: .cameras,
            quota: "user"
        ) { request in
            let page = try await judge.places.propose.moves.page(
                request[Self.state],
                of: request[Self.camera],
                within: request.wildlifeCaller.reach,
                after: CameraMoveStore.order.place(of: request[Paging.after]),
                limit: request[Paging.limit]
            )
            return Page(items: page.moves.map { MoveAnswer($0.move, $0.site) }, next: page.next?.token)
        }
    }

    private var accept: Route {
        Route(
            .post,
            "/api/v1/cameras/moves/{id}/accept",
            summary: "Have a camera hang where its pictures say, from the first of them on",
            details: """
                The deployment before ends there, a new one begins with the same site or the one named here, and the \
                pictures from then on become its own. The camera stands there on the map.
                """,
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing, Self.settled]
        ) { request in
            let wish = try request.json(Wish.self)
            let accepted = try await judge.accept(request[Self.id], at: wish.siteID, request.wildlifeCaller)
            return MoveAnswer(accepted.move, accepted.site)
        }
    }

    private var dismiss: Route {
        Route(
            .post,
            "/api/v1/cameras/moves/{id}/dismiss",
            summary: "Say that a camera did not move",
            details: "This place is not proposed again as long as the camera's deployment is the same.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is not proposed any more."), Self.missing, Self.settled]
        ) { request in
            try await judge.dismiss(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }

    private var undo: Route {
        Route(
            .post,
            "/api/v1/cameras/moves/{id}/undo",
            summary: "Take back that a move was accepted or dismissed",
            details: "Deployments, pictures and the camera's place are as they were. It is then proposed again.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [
                .empty(204, "All is as it was."), Self.missing,
                .problem(409, "It is still open, or something of the new deployment was changed since."),
            ]
        ) { request in
            try await judge.undo(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}

extension CameraMove.State: ParameterValue {}
