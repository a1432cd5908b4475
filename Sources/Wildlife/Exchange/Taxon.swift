/// The scientific names of what detectors tell apart.
enum Taxon {
    private static let known: [String: ScientificName] = [
        "animal": ScientificName("Animalia", .kingdom), "bird": ScientificName("Aves", .class),
        "cat": ScientificName("Felis catus", .species), "dog": ScientificName("Canis familiaris", .species),
        "horse": ScientificName("Equus caballus", .species), "sheep": ScientificName("Ovis aries", .species),
        "cow": ScientificName("Bos taurus", .species), "elephant": ScientificName("Elephantidae", .family),
        "bear": ScientificName("Ursidae", .family), "zebra": ScientificName("Equus", .genus),
        "giraffe": ScientificName("Giraffa", .genus),
    ]

    /// The word that detectors use, where they have one.
    static func species(of scientificName: String) -> String {
        known.first { $0.value.text == scientificName }?.key ?? scientificName.lowercased()
    }

    /// `nil` for a word that is neither known nor written as a scientific name: a guess would be wrong data.
    static func scientificName(of species: String) -> ScientificName? {
        if let name = known[species] { return name }
        let words = species.split(separator: " ")
        let latinEndings = ["us", "is", "a", "um", "os", "es", "ens", "ax", "ix", "ex", "or", "i", "ae", "on", "as"]
        guard words.count == 2,
            words.allSatisfy({ word in
                word.count > 2 && word.allSatisfy { $0.isASCII && $0.isLetter }
                    && latinEndings.contains { word.hasSuffix($0) }
            })
        else { return nil }
        return ScientificName(small: species, .species)
    }
}
