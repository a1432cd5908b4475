import Accounts
import Core
import HTTPServer

/// What somebody said of a picture.
struct ReviewAnswer: APIValue {
    let id: Review.ID
    let reviewer: User.ID?
    let decision: Review.Decision
    let animals: [AnimalsValue]
    let note: String
    let createdAt: Timestamp
    static let notes = ["reviewer": "null once the person is gone, and for the key of the settings."]

    init(_ review: Review) {
        id = review.id
        reviewer = review.user
        decision = review.decision
        animals = review.animals.map(AnimalsValue.init)
        note = review.note
        createdAt = review.createdAt
    }
}

/// Animals of one species on a picture.
struct AnimalsValue: APIValue {
    let species: String
    let count: Int?
    let sex: ReviewedAnimals.Sex?
    let age: ReviewedAnimals.Age?
    let behaviour: String?
    static let notes = ["count": "How many, 1 by default.", "behaviour": "Such as foraging or resting."]

    init(_ animals: ReviewedAnimals) {
        species = animals.species
        count = animals.count
        sex = animals.sex
        age = animals.age
        behaviour = animals.behaviour
    }
}

/// The calls with which people say what pictures show.
struct ReviewRoutes: Sendable {
    let review: ReviewImage
    let look: LookAtImage

    var all: [Route] {
        [
            decide("approve", .approved, "Say that the machine is right about a picture"),
            decide("reject", .rejected, "Say that there is nothing on a picture of what the machine found"),
            decide("flag", .flagged, "Have somebody else look at a picture"), correct, undo,
        ]
    }

    private func decide(_ verb: String, _ decision: Review.Decision, _ summary: String) -> Route {
        Route(
            .post,
            "/api/v1/images/{id}/\(verb)",
            summary: summary,
            tags: ImageRoutes.tags,
            parameters: [ImageRoutes.id],
            access: .review,
            quota: "user",
            answers: [ImageRoutes.missing]
        ) { request in
            try await review(request[ImageRoutes.id], .init(decision: decision), request.wildlifeCaller)
            return try await look(at: request[ImageRoutes.id], within: request.imageFilter())
        }
    }

    struct Correction: APIValue {
        let animals: [AnimalsValue]
        let note: String?
        static let notes = ["animals": "What there is; an empty list for an empty picture."]
    }

    private var correct: Route {
        Route(
            .put,
            "/api/v1/images/{id}/review",
            summary: "Say what a picture shows",
            tags: ImageRoutes.tags,
            parameters: [ImageRoutes.id],
            body: .json(Correction.self),
            limits: Route.Limits(body: 64 << 10),
            access: .review,
            quota: "user",
            answers: [ImageRoutes.missing]
        ) { request in
            let correction = try request.json(Correction.self)
            let opinion = ReviewImage.Opinion(
                decision: .corrected,
                animals: try Self.checked(correction.animals),
                note: Self.checked(note: correction.note)
            )
            try await review(request[ImageRoutes.id], opinion, request.wildlifeCaller)
            return try await look(at: request[ImageRoutes.id], within: request.imageFilter())
        }
    }

    private var undo: Route {
        Route(
            .delete,
            "/api/v1/images/{id}/review",
            summary: "Take back the newest word that you said of a picture",
            tags: ImageRoutes.tags,
            parameters: [ImageRoutes.id],
            access: .review,
            quota: "user",
            answers: [ImageRoutes.missing, .problem(409, "You said nothing about it.")]
        ) { request in
            try await review.undo(request[ImageRoutes.id], request.wildlifeCaller)
            return try await look(at: request[ImageRoutes.id], within: request.imageFilter())
        }
    }

    private static let mostKinds = 50
    private static let mostAnimals = 10_000

    static func checked(note: String?) -> String { PlainText.clean(note ?? "", limit: 2_000) }

    static func checked(_ animals: [AnimalsValue]) throws -> [ReviewedAnimals] {
        guard animals.count <= mostKinds else {
            throw Problem.unprocessable(["body", "animals"], "has more than \(mostKinds) entries")
        }
        return try animals.enumerated().map { index, one in
            func refuse(_ field: String, _ message: String) -> Problem {
                .unprocessable(["body", "animals", "\(index)", field], message)
            }
            let species = PlainText.clean(one.species, limit: 101).lowercased()
            guard (1...100).contains(species.count) else { throw refuse("species", "takes 1 to 100 characters") }
            let count = one.count ?? 1
            guard (1...mostAnimals).contains(count) else { throw refuse("count", "takes 1 to \(mostAnimals)") }
            guard (one.behaviour ?? "").count <= 100 else { throw refuse("behaviour", "takes at most 100 characters") }
            return ReviewedAnimals(
                species: species,
                count: count,
                sex: one.sex,
                age: one.age,
                behaviour: one.behaviour.map { PlainText.clean($0, limit: 100) }
            )
        }
    }
}
