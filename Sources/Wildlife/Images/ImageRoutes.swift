import Accounts
import Core
import Database
import HTTPServer

/// The calls with which pictures of camera traps are sent, found, looked at and removed.
struct ImageRoutes: Sendable {
    let receive: ReceiveFile
    let look: LookAtImage
    let manage: ManageImages
    let spool: VideoSpool
    let limits: ByteLimits

    static let tags = ["Wildlife"]
    static let id = Parameter<TrapImage.ID>.path("id", "Key of the picture.")
    static let missing = Answer.problem(404, "There is no such picture, or none that you see.")

    var all: [Route] { [list, show, burst, send, remove, retry] }

    private static let cameraCode = Parameter<String?>.query(
        "camera_id",
        "Code of the camera, when it is known; one that was never heard of is added."
    )
    private static let capturedAt = Parameter<Timestamp?>.query(
        "captured_at",
        "When it was taken; what the camera wrote into the picture when this is not given."
    )

    private var list: Route {
        Route(
            .get,
            "/api/v1/images",
            summary: "List pictures of camera traps",
            details: "Read on with `after`, which is quick at any depth, or by `page`.",
            tags: Self.tags,
            parameters: ImageFilter.parameters + ImageListing.parameters,
            access: .images,
            quota: "user"
        ) { request in
            try await look.list(request.imageFilter(), ImageListing(request))
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/images/{id}",
            summary: "Show a picture with all that is known of it",
            details: "With the parameters of the list, `earlier` and `later` lead through what that list shows.",
            tags: Self.tags,
            parameters: [Self.id] + ImageFilter.parameters,
            access: .images,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            try await look(at: request[Self.id], within: request.imageFilter())
        }
    }

    struct BurstAnswer: APIValue { let items: [ImageAnswer] }

    private var burst: Route {
        Route(
            .get,
            "/api/v1/images/{id}/burst",
            summary: "List the pictures that the camera took right before and after one",
            tags: Self.tags,
            parameters: [Self.id],
            access: .images,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            BurstAnswer(items: try await look.burst(of: request[Self.id], within: request.imageFilter()))
        }
    }

    private var send: Route {
        Route(
            .post,
            "/api/v1/images",
            summary: "Send a picture or a video of a camera trap",
            details: """
                When the answer comes the file is on the disk. It is read in its own time: follow /api/v1/updates, or ask \
                again. The first bytes say what it is: videos are MP4, MOV and AVI. Content that came before is not taken \
                twice, and answered with 200. A text that a camera profile knows as a report is taken too, and answered \
                with 202 and the camera as it is now.
                """,
            tags: Self.tags,
            parameters: [Self.cameraCode, Self.capturedAt],
            body: .multipart([
                .file("file", "The picture or video.", isRequired: true),
                .field("camera_id", "As in the query."), .field("captured_at", "As in the query."),
            ]),
            limits: Route.Limits(body: limits.most + (1 << 20), upload: .seconds(1_800)),
            access: .upload,
            quota: "data",
            answers: [
                .json(ImageAnswer.self, "It is kept and waits to be read.", status: 201),
                .json(ImageAnswer.self, "This content was here before."),
                .json(CameraAnswer.self, "It is a camera's report, and used up.", status: 202),
                .problem(
                    400,
                    "The file is no picture or video, broken, or smaller than 50 pixels; or a text that is no report."
                ),
                .problem(
                    413,
                    "The file or its picture is too large: upload_limit for pictures, video_limit for videos."
                ),
                .problem(429, "Too many videos of yours are on their way already."),
                .problem(503, "Too many videos are on their way to this server already."),
                .problem(507, "The disk has no room for it."),
                .problem(415, "Pictures of this format are not enabled here; the message says how to enable them."),
            ]
        ) { request in
            try await look.response(to: receive(delivery(request)), seesBystanders: request.seesBystanders)
        }
    }

    private func delivery(_ request: Request) async throws -> Delivery {
        let take = TakeFile(
            spool: spool,
            limits: limits,
            sender: request.wildlifeCaller.name,
            formSize: request.headers["content-length"].flatMap { Int64($0) }
        )
        var content = DeliveredContent.picture([])
        let form = try await request.form(maxFiles: 1) { _, part in
            content = try await take(&part)
            return []
        }
        let file = try form.file("file", "image")
        var delivery = Delivery(filename: file.filename, content: content, door: .api)
        delivery.camera = try form.value("camera_id") ?? request[Self.cameraCode]
        delivery.capturedAt = try request[Self.capturedAt]?.checked(["query", "captured_at"])
        if let text = try form.value("captured_at") {
            guard let moment = Timestamp(text) else {
                throw Problem.unprocessable(["body", "captured_at"], "is not \(Timestamp.expectation)")
            }
            delivery.capturedAt = try moment.checked(["body", "captured_at"])
        }
        delivery.owner = request.caller?.user?.description
        delivery.reach = request.caller?.reach ?? .nothing
        return delivery
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/images/{id}",
            summary: "Remove a picture for good",
            tags: Self.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            try await manage.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }

    private var retry: Route {
        Route(
            .post,
            "/api/v1/images/{id}/retry",
            summary: "Have a picture read again that could not be read",
            tags: Self.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [Self.missing, .problem(409, "It has not failed.")]
        ) { request in
            try await manage.retry(request[Self.id], request.wildlifeCaller)
            return try await look(at: request[Self.id], within: request.imageFilter())
        }
    }
}
