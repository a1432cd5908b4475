import Accounts
import Core
import Database
import HTTPServer

/// The calls about parts of a camera's view in which detections do not count.
struct MaskRoutes: Sendable {
    let masks: ManageMasks

    private static let camera = Parameter<Camera.ID>.path("id", "Key of the camera.")
    private static let id = Parameter<CameraMask.ID>.path("id", "Key of the mask.")
    private static let missing = Answer.problem(404, "There is no such camera, or none that you see.")
    fileprivate static let corners = 3...100

    var all: [Route] { [list, add, remove, repeats] }

    struct MaskAnswer: APIValue {
        let id: CameraMask.ID
        let kind: CameraMask.Kind
        let points: [[Double]]
        let createdAt: Timestamp
        static let notes = [
            "kind": "area: whatever has its middle within; repeat: boxes that nearly coincide with it.",
            "points": "Corners, each x and y in fractions of the upright picture, from its top left corner.",
        ]

        init(_ mask: CameraMask) {
            id = mask.id
            kind = mask.kind
            points = mask.points.map { [$0.x, $0.y] }
            createdAt = mask.createdAt
        }
    }

    struct Masks: APIValue { let items: [MaskAnswer] }

    struct Wish: APIValue {
        let kind: CameraMask.Kind
        let points: [[Double]]
        static let notes = MaskAnswer.notes

        func mask(of camera: Camera.ID, at now: Timestamp) throws -> CameraMask {
            let corners = MaskRoutes.corners
            let isRight = points.allSatisfy { $0.count == 2 && $0.allSatisfy { (0...1).contains($0) } }
            guard corners.contains(points.count), isRight, kind == .area || points.count == 4 else {
                throw Problem.unprocessable(
                    ["body", "points"],
                    "takes \(corners.lowerBound) to \(corners.upperBound) corners, four for a repeat, each two numbers from 0 to 1"
                )
            }
            return CameraMask(
                id: .next(at: now),
                camera: camera,
                kind: kind,
                points: points.map { CameraMask.Point(x: $0[0], y: $0[1]) },
                createdAt: now
            )
        }
    }

    struct RepeatAnswer: APIValue {
        let box: [Double]
        let category: Finding.Category
        let label: String
        let images: Int
        let visits: Int
        let first: Timestamp
        let last: Timestamp
        let examples: [TrapImage.ID]
        static let notes = [
            "box": DetectionAnswer.notes["box"] ?? "", "examples": "Some of the pictures, the newest first.",
            "images": "On how many pictures.", "visits": "In how many stretches of time, an hour or more apart.",
        ]

        init(_ found: FindRepeats.Repeat) {
            box = [found.box.x, found.box.y, found.box.width, found.box.height]
            category = found.category
            label = found.label
            images = found.images.count
            visits = found.visits
            first = found.first
            last = found.last
            examples = Array(found.images.sorted(by: >).prefix(4))
        }
    }

    struct Repeats: APIValue { let items: [RepeatAnswer] }

    private var list: Route {
        Route(
            .get,
            "/api/v1/cameras/{id}/masks",
            summary: "List the parts of a camera's view in which detections do not count",
            tags: ImageRoutes.tags,
            parameters: [Self.camera],
            access: .images,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            Masks(items: try await masks.all(of: request[Self.camera], request.wildlifeCaller).map(MaskAnswer.init))
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/cameras/{id}/masks",
            summary: "Let detections in a part of a camera's view not count",
            details:
                "Pictures that were read before follow within minutes. Nothing is lost: without the mask they count again.",
            tags: ImageRoutes.tags,
            parameters: [Self.camera],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            status: 201,
            answers: [Self.missing, .problem(409, "The camera has too many masks.")]
        ) { request in
            let now = masks.places.clock.now()
            let mask = try request.json(Wish.self).mask(of: request[Self.camera], at: now)
            try await masks.add(mask, request.wildlifeCaller)
            return MaskAnswer(mask)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/masks/{id}",
            summary: "Remove a mask, so that its detections count again",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [
                .empty(204, "The mask is gone."), .problem(404, "There is no such mask, or none that you see."),
            ]
        ) { request in
            try await masks.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }

    private var repeats: Route {
        Route(
            .get,
            "/api/v1/cameras/{id}/repeats",
            summary: "Find what a camera sees at the same spot again and again",
            details:
                "Among its newest detections that count and that nobody confirmed. A mask of kind repeat with the box silences one.",
            tags: ImageRoutes.tags,
            parameters: [Self.camera],
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let found = try await masks.repeats(of: request[Self.camera], request.wildlifeCaller)
            return Repeats(items: found.prefix(100).map(RepeatAnswer.init))
        }
    }
}
