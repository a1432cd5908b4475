import Accounts
import Core
import HTTPServer

/// The calls with which people say the same of many pictures at once, such as of a whole burst.
struct BulkReviewRoutes: Sendable {
    let review: ReviewImage

    private static let most = 500
    private static let missing = Answer.problem(
        404,
        "One of the pictures is not there, or not seen; nothing was changed."
    )

    var all: [Route] { [say, undo] }

    struct Opinion: APIValue {
        let images: [TrapImage.ID]
        let decision: Review.Decision
        let animals: [AnimalsValue]?
        let note: String?
        static let notes = [
            "animals": "For corrected: what there is on each.", "images": "Keys of up to \(most) pictures.",
        ]
    }

    struct Images: APIValue { let images: [TrapImage.ID] }

    struct Done: APIValue { let reviewed: Int }

    private var say: Route {
        Route(
            .post,
            "/api/v1/reviews",
            summary: "Say the same of many pictures: all or none",
            tags: ImageRoutes.tags,
            body: .json(Opinion.self),
            limits: Route.Limits(body: 256 << 10),
            access: .review,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let wish = try request.json(Opinion.self)
            let animals = try ReviewRoutes.checked(wish.animals ?? [])
            guard wish.decision == .corrected || animals.isEmpty else {
                throw Problem.unprocessable(["body", "animals"], "goes with the decision corrected alone")
            }
            let opinion = ReviewImage.Opinion(
                decision: wish.decision,
                animals: animals,
                note: ReviewRoutes.checked(note: wish.note)
            )
            try await review(Self.checked(wish.images), opinion, request.wildlifeCaller)
            return Done(reviewed: Set(wish.images).count)
        }
    }

    private var undo: Route {
        Route(
            .post,
            "/api/v1/reviews/undo",
            summary: "Take back the newest word that you said of each of many pictures",
            tags: ImageRoutes.tags,
            body: .json(Images.self),
            limits: Route.Limits(body: 256 << 10),
            access: .review,
            quota: "user",
            answers: [Self.missing, .problem(409, "You said nothing about one of them; nothing was changed.")]
        ) { request in
            let wish = try request.json(Images.self)
            try await review.undo(Self.checked(wish.images), request.wildlifeCaller)
            return Done(reviewed: Set(wish.images).count)
        }
    }

    private static func checked(_ images: [TrapImage.ID]) throws -> [TrapImage.ID] {
        guard (1...most).contains(images.count) else {
            throw Problem.unprocessable(["body", "images"], "takes 1 to \(most) keys")
        }
        return images
    }
}
