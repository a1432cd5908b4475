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
    let findings: FindingStore
    let reviews: ReviewStore
    let audit: AuditLog
    let updates: Updates
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
                try await tx.lock("image \(id)")
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
        try await settle(image, in: tx)
        let entry = AuditEntry(
            "image.reviewed",
            by: caller.name,
            on: "image \(id)",
            from: caller.origin,
            old: ["review": image.review.rawValue],
            new: ["review": opinion.decision.rawValue]
        )
        try await audit.write(entry, in: tx)
    }

    private func takeBack(_ id: TrapImage.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        let image = try await images.image(id, visibleIn: caller.reach, in: tx)
        guard let last = try await reviews.reviews(of: id, in: tx).first(where: { $0.user == caller.user }) else {
            throw Problem.conflict("You said nothing about this picture that could be taken back.")
        }
        try await reviews.undo(last.id, at: clock.now(), in: tx)
        try await settle(image, in: tx)
        let entry = AuditEntry(
            "image.review-undone",
            by: caller.name,
            on: "image \(id)",
            from: caller.origin,
            old: ["review": last.decision.rawValue]
        )
        try await audit.write(entry, in: tx)
    }

    /// Works out what a picture shows: as the newest word says, else as the machine does.
    private func settle(_ image: TrapImage, in tx: Transaction) async throws {
        let newest = try await reviews.reviews(of: image.id, in: tx).first
        let found = try await findings.findings(of: image.id, in: tx)
        var settled = image
        settled.review = newest?.decision.state ?? .none
        var species = found.species
        settled.contents = image.status == .completed ? found.contents : .unknown
        switch newest?.decision {
        case .rejected:
            species = []
            settled.contents = .blank
        case .corrected:
            species = newest?.animals.counts ?? []
            settled.contents = species.isEmpty ? .blank : .animal
        case .approved, .flagged, nil: break
        }
        try await findings.setSpecies(species, of: settled, in: tx)
        try await images.update(settled, in: tx)
        try await updates.tell(.imageReviewed, of: settled, species: species.map(\.species), in: tx)
    }
}

extension [ReviewedAnimals] {
    /// A person is sure; one species may be named more than once, for each sex or age.
    fileprivate var counts: [SpeciesCount] {
        Dictionary(grouping: self, by: \.species).map { species, animals in
            SpeciesCount(species: species, confidence: 1, individuals: animals.map(\.count).reduce(0, +))
        }.sorted { $0.species < $1.species }
    }
}
