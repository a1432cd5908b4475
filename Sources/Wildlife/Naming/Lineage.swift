import HTTPServer

/// A class of a classifier as one name of its detections: the species with the taxa above it, from the nearest on.
struct Lineage: Hashable, Codable, Sendable {
    let name: String
    /// Genus, family, order and class, as far as they are known.
    let above: [String]

    init(name: String, above: [String]) {
        self.name = name
        self.above = above
    }

    /// A class as SpeciesNet writes it: a key, class, order, family, genus, the species' second word and what people call it,
    /// with semicolons between; `nil` for any other text.
    init?(speciesNet label: String) {
        let fields = label.split(separator: ";", omittingEmptySubsequences: false).map {
            PlainText.clean(String($0), limit: 100).lowercased()
        }
        guard fields.count == 7, !fields[6].isEmpty else { return nil }
        let taxa = [String](fields[1...4].reversed())
        let isSpecies = !fields[4].isEmpty && !fields[5].isEmpty
        // Of a group that is no species people's word is often the group's, such as “sciurus species”.
        let nearest = taxa.first { !$0.isEmpty }
        self.init(
            name: isSpecies ? "\(fields[4]) \(fields[5])" : nearest ?? fields[6],
            above: nearest == nil ? [] : taxa
        )
    }

    /// The name, then what it belongs to.
    var path: [String] { [name] + above }
}

/// How probable a classifier holds one of its classes.
struct NameScore: Hashable, Codable, Sendable {
    let lineage: Lineage
    let probability: Double
}
