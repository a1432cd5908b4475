import Core
import Database
import Inference

/// Works out what a picture shows, as the newest word of a person says, else as the machine does, and writes it down.
///
/// Whoever changes what machine or people say of a picture calls it in the same transaction, with the picture's lock held.
struct SettleImage: Sendable {
    let images: ImageStore
    let findings: FindingStore
    let reviews: ReviewStore
    let updates: Updates

    /// So that nobody settles what another is about to change.
    static func lock(_ id: TrapImage.ID, in tx: Transaction) async throws { try await tx.lock("image \(id)") }

    func callAsFunction(_ image: TrapImage, telling event: Updates.Event, in tx: Transaction) async throws {
        let newest = try await reviews.reviews(of: image.id, in: tx).first
        let found = try await findings.findings(of: image.id, in: tx).filter { $0.ignored == nil }
        var settled = image
        settled.detectionCount = found.mostAtOnce
        settled.classificationCount = found.filter { $0.source != .detector }.mostAtOnce
        settled.confidence = found.map(\.confidence).max() ?? 0
        settled.review = newest?.decision.state ?? .none
        var species = found.species
        settled.contents = image.status == .completed ? found.contents : .unknown
        switch newest?.decision {
        case .rejected:
            species = []
            settled.contents = .blank
        case .corrected:
            let seen = newest?.animals ?? []
            species = seen.species
            settled.contents = seen.contents
        case .approved, .flagged, nil: break
        }
        try await findings.setSpecies(species, of: settled, in: tx)
        try await images.update(settled, in: tx)
        try await updates.tell(event, of: settled, species: species.map(\.species), in: tx)
    }
}

extension [ReviewedAnimals] {
    /// A person is sure; one species may be named more than once, for each sex or age, and people and vehicles are none.
    var species: [SpeciesCount] {
        let animals = filter { DetectionCategory(of: $0.species) == .animal }
        return Dictionary(grouping: animals, by: \.species).map { species, animals in
            SpeciesCount(species: species, confidence: 1, individuals: animals.map(\.count).reduce(0, +))
        }.sorted { $0.species < $1.species }
    }

    var contents: TrapImage.Contents {
        let categories = map { DetectionCategory(of: $0.species) }
        if categories.contains(.person) { return .person }
        if categories.contains(.animal) { return .animal }
        return isEmpty ? .blank : .vehicle
    }
}
