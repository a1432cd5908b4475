/// A class of a classifier as one name of its detections: the species with the taxa above it, from the nearest on.
struct Lineage: Hashable, Codable, Sendable {
    let name: String
    /// Genus, family, order and class, as far as they are known.
    let above: [String]

    /// The name, then what it belongs to.
    var path: [String] { [name] + above }
}

/// How probable a classifier holds one of its classes.
struct NameScore: Hashable, Codable, Sendable {
    let lineage: Lineage
    let probability: Double
}
