/// What people on this server settled about a name that models give.
struct SpeciesRule: Hashable, Sendable {
    /// As models give it, in small letters.
    let name: String
    /// What it means here, where that is another name.
    var becomes: String?
    /// Whether it does not live here: then it is never the answer, and its probability goes to the taxa above it.
    var livesElsewhere: Bool
    /// Whether the places where it was seen are told roughly.
    var isSensitive: Bool
    /// What exports call it.
    var scientificName: ScientificName?

    /// The name that pictures show.
    var shown: String { becomes ?? name }
}
