import Core
import Database
import Inference
import JobQueue
import Observations

/// Works out what a picture shows, as the newest word of a person says, else as the machine does, and writes it down.
///
/// Whoever changes what machine or people say of a picture calls it in the same transaction, with the picture's lock held.
struct SettleImage: Sendable {
    let images: ImageStore
    let findings: FindingStore
    let reviews: ReviewStore
    let cameras: CameraStore
    let updates: Updates
    let facts: FactOutbox
    /// How many people have to agree on a picture before it counts as looked at.
    var reviewers = 1

    /// So that nobody settles what another is about to change.
    static func lock(_ id: TrapImage.ID, in tx: Transaction) async throws { try await tx.lock("image \(id)") }

    /// `isNews` unless all that changed is how something is called that was seen before.
    func callAsFunction(
        _ image: TrapImage,
        telling event: Updates.Event,
        isNews: Bool = true,
        in tx: Transaction
    ) async throws {
        let said = try await reviews.reviews(of: image.id, in: tx)
        let found = try await findings.findings(of: image.id, in: tx).filter { $0.ignored == nil }
        var settled = image
        settled.detectionCount = found.mostAtOnce
        settled.classificationCount = found.filter { $0.source != .detector }.mostAtOnce
        settled.confidence = found.map(\.confidence).max() ?? 0
        var species = found.species
        let consensus = Consensus(said, machine: species.map(\.species), needed: reviewers)
        settled.review = consensus.state
        settled.contents = image.status == .completed ? found.contents : .unknown
        switch consensus.word?.decision {
        case .rejected:
            species = []
            settled.contents = .blank
        case .corrected:
            let seen = consensus.word?.animals ?? []
            species = seen.species
            settled.contents = seen.contents
        case .approved, .flagged, nil: break
        }
        let known = Set(try await findings.counts(of: image.id, in: tx).map(\.species))
        try await findings.setSpecies(species, of: settled, in: tx)
        try await images.update(settled, in: tx)
        try await updates.tell(event, of: settled, species: species.map(\.species), in: tx)
        guard isNews else { return }
        try await tell(species.filter { !known.contains($0.species) }, on: settled, in: tx)
    }

    /// Others act on what is new alone: a picture that is read or judged again is no news.
    private func tell(_ species: [SpeciesCount], on image: TrapImage, in tx: Transaction) async throws {
        guard !species.isEmpty else { return }
        var camera: Camera?
        if let id = image.camera { camera = try await cameras.camera(id, in: tx) }
        let fact = AnimalsSeen(
            image: image.id.uuid,
            camera: camera.map(CameraReference.init),
            site: image.site?.uuid,
            capturedAt: image.capturedAt,
            uploadedAt: image.uploadedAt,
            species: species.map {
                .init(name: $0.species, confidence: $0.confidence, individuals: $0.individuals)
            },
            showsBystanders: image.showsBystanders
        )
        try await facts.tell(fact, in: tx)
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
