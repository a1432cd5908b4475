import Accounts
import Core
import Database
import HTTPServer

/// Writes down what a person says of a picture, or takes it back; what the picture shows follows the newest word.
struct ReviewImage: Sendable {
    struct Opinion: Sendable {
        let decision: Review.Decision
        var animals: [ReviewedAnimals] = []
        var note = ""
    }

    let images: ImageStore
    let reviews: ReviewStore
    let settle: SettleImage
    let audit: AuditLog
    let clock: WallClock

    /// - Throws: a 404 for a picture that the caller does not see; then nothing is said of any.
    func callAsFunction(_ ids: [TrapImage.ID], _ opinion: Opinion, _ caller: WildlifeCaller) async throws {
        try await each(ids) { id, tx in try await say(opinion, of: id, caller, in: tx) }
    }

    func callAsFunction(_ id: TrapImage.ID, _ opinion: Opinion, _ caller: WildlifeCaller) async throws {
        try await self([id], opinion, caller)
    }

    /// Takes back the newest word that the caller themselves said of each picture.
    ///
    /// - Throws: a 409 when they said none of one; then nothing is taken back.
    func undo(_ ids: [TrapImage.ID], _ caller: WildlifeCaller) async throws {
        try await each(ids) { id, tx in try await takeBack(id, caller, in: tx) }
    }

    func undo(_ id: TrapImage.ID, _ caller: WildlifeCaller) async throws { try await undo([id], caller) }

    /// All or none; in one order, so that two who say something of the same pictures do not wait for each other.
    private func each(
        _ ids: [TrapImage.ID],
        _ body: @Sendable (TrapImage.ID, Transaction) async throws -> Void
    ) async throws {
        try await images.database.write { tx in
            for id in Set(ids).sorted() {
                try await SettleImage.lock(id, in: tx)
                try await body(id, tx)
            }
        }
    }

    private func say(_ opinion: Opinion, of id: TrapImage.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws
    {
        let image = try await images.image(id, visibleIn: caller.reach, in: tx)
        let now = clock.now()
        let review = Review(
            id: .next(at: now),
            image: id,
            user: caller.user,
            decision: opinion.decision,
            animals: opinion.animals,
            note: opinion.note,
            createdAt: now
        )
        try await reviews.insert(review, in: tx)
        try await settle(image, telling: .imageReviewed, in: tx)
        let entry = AuditEntry(
            "image.reviewed",
            by: caller,
            on: "image \(id)",
            old: ["review": image.review.rawValue],
            new: ["review": opinion.decision.rawValue]
        )
        try await audit.write(entry, in: tx)
    }

    private func takeBack(_ id: TrapImage.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        let image = try await images.image(id, visibleIn: caller.reach, in: tx)
        guard let user = caller.user else {
            throw Problem.forbidden("The key of the settings is nobody's: there is no word of its own to take back.")
        }
        guard let last = try await reviews.reviews(of: id, in: tx).first(where: { $0.user == user }) else {
            throw Problem.conflict("You said nothing about this picture that could be taken back.")
        }
        try await reviews.undo(last.id, at: clock.now(), in: tx)
        try await settle(image, telling: .imageReviewed, in: tx)
        let entry = AuditEntry(
            "image.review-undone",
            by: caller,
            on: "image \(id)",
            old: ["review": last.decision.rawValue]
        )
        try await audit.write(entry, in: tx)
    }
}
