import Accounts
import Core
import Database
import HTTPServer

/// The calls with which wrong clocks are corrected.
struct ClockRoutes: Sendable {
    let shift: ShiftClock

    private static let camera = Parameter<Camera.ID>.path("id", "Key of the camera.")
    private static let id = Parameter<ClockShift.ID>.path("id", "Key of the correction.")
    private static let missing = Answer.problem(404, "There is no such camera, or none that you see.")
    /// A clock that began anew in the last century, and one set to the next.
    private static let most = 100 * 366 * 86_400

    var all: [Route] { [list, apply, undo] }

    struct Wish: APIValue {
        let seconds: Int
        let from: Timestamp?
        let to: Timestamp?
        let preview: Bool?
        static let notes = [
            "from": "Pictures that are dated then or later, as they are dated now.", "to": "And before then.",
            "preview": "true to be told what would be moved, without moving it.",
            "seconds": "How much later the right time is; less than zero for earlier.",
        ]
    }

    struct Outcome: APIValue {
        let id: ClockShift.ID?
        let seconds: Int
        let images: Int
        let firstBefore: Timestamp?
        let firstAfter: Timestamp?
        let lastBefore: Timestamp?
        let lastAfter: Timestamp?
        static let notes = ["id": "Null for a preview.", "images": "How many are moved."]

        init(_ id: ClockShift.ID?, _ seconds: Int, _ preview: ClockShift.Preview) {
            self.id = id
            self.seconds = seconds
            images = preview.images
            firstBefore = preview.first
            firstAfter = preview.first.map { $0 + .seconds(seconds) }
            lastBefore = preview.last
            lastAfter = preview.last.map { $0 + .seconds(seconds) }
        }
    }

    struct ShiftAnswer: APIValue {
        let id: ClockShift.ID
        let seconds: Int
        let images: Int
        let createdAt: Timestamp

        init(_ shift: ClockShift) {
            id = shift.id
            seconds = shift.seconds
            images = shift.images
            createdAt = shift.createdAt
        }
    }

    struct Page: APIValue {
        let items: [ShiftAnswer]
        let next: String?
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/cameras/{id}/clock-shifts",
            summary: "List how a camera's clock was corrected, the newest first",
            tags: ImageRoutes.tags,
            parameters: [Self.camera, Paging.after, Paging.limit],
            access: .images,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let (id, reach) = (request[Self.camera], request.wildlifeCaller.reach)
            let place = try ClockShiftStore.order.place(of: request[Paging.after])
            let limit = request[Paging.limit]
            let page = try await shift.shifts.database.read { reader in
                _ = try await shift.places.camera(id, visibleIn: reach, in: reader)
                return try await shift.shifts.page(of: id, after: place, limit: limit, in: reader)
            }
            return Page(items: page.shifts.map(ShiftAnswer.init), next: page.next?.token)
        }
    }

    private var apply: Route {
        Route(
            .post,
            "/api/v1/cameras/{id}/clock-shifts",
            summary: "Correct the times of pictures whose camera had a wrong clock",
            details: "Pictures whose time a person gave stay. With preview nothing is changed.",
            tags: ImageRoutes.tags,
            parameters: [Self.camera],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing, .problem(409, "There is nothing to correct.")]
        ) { request in
            let wish = try request.json(Wish.self)
            guard wish.seconds != 0, (-Self.most...Self.most).contains(wish.seconds) else {
                throw Problem.unprocessable(["body", "seconds"], "takes up to a hundred years, and not zero")
            }
            let span = ClockShift.Span(
                camera: request[Self.camera],
                from: wish.from,
                to: wish.to,
                reach: request.wildlifeCaller.reach
            )
            let preview = try await shift.preview(span, request.wildlifeCaller)
            if wish.preview == true { return Outcome(nil, wish.seconds, preview) }
            let applied = try await shift(span, seconds: wish.seconds, request.wildlifeCaller)
            return Outcome(applied.id, wish.seconds, preview)
        }
    }

    private var undo: Route {
        Route(
            .delete,
            "/api/v1/clock-shifts/{id}",
            summary: "Take a correction of a clock back",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [
                .empty(204, "The pictures have their earlier times."), .problem(404, "There is no such correction."),
            ]
        ) { request in
            try await shift.undo(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}
