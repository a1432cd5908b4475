/// What an export says was found: a thing on a picture, or all of a species in a video.
struct Sighting: Sendable {
    let category: Finding.Category
    let species: String
    let count: Int
    let confidence: Double
    let speciesConfidence: Double
    let model: String
    /// What the model knows of the classes that it held possible.
    let lineages: [Lineage]
    /// Of a video there is none: what is seen moves.
    let box: Finding.Box?
}

extension ReadPicture {
    var sightings: [Sighting] {
        guard image.isVideo else { return findings.map { Sighting([$0], box: $0.box) } }
        return Dictionary(grouping: findings) { "\($0.category) \($0.category == .animal ? $0.species : "")" }
            .values.map { Sighting($0, box: nil) }
            .sorted { ($1.confidence, $0.species) < ($0.confidence, $1.species) }
    }
}

extension Sighting {
    /// Of one kind, at least one of them.
    fileprivate init(_ findings: [Finding], box: Finding.Box?) {
        let surest = findings.max { $0.confidence < $1.confidence } ?? findings[0]
        category = surest.category
        species = surest.species
        count = findings.mostAtOnce
        confidence = surest.confidence
        speciesConfidence = findings.map(\.speciesConfidence).max() ?? 0
        model = surest.model
        lineages = surest.scores.map(\.lineage)
        self.box = box
    }
}
