/// The scientific names of what detectors tell apart.
enum Taxon {
    private static let known = [
        "animal": "Animalia", "bird": "Aves", "cat": "Felis catus", "dog": "Canis familiaris",
        "horse": "Equus caballus",
        "sheep": "Ovis aries", "cow": "Bos taurus", "elephant": "Elephantidae", "bear": "Ursidae", "zebra": "Equus",
        "giraffe": "Giraffa",
    ]

    /// The word that detectors use, where they have one.
    static func species(of scientificName: String) -> String {
        known.first { $0.value == scientificName }?.key ?? scientificName.lowercased()
    }

    /// `nil` for a word that is neither known nor written as a scientific name: a guess would be wrong data.
    static func scientificName(of species: String) -> String? {
        if let name = known[species] { return name }
        let words = species.split(separator: " ")
        let latinEndings = ["us", "is", "a", "um", "os", "es", "ens", "ax", "ix", "ex", "or", "i", "ae", "on", "as"]
        guard words.count == 2,
            words.allSatisfy({ word in
                word.count > 2 && word.allSatisfy { $0.isASCII && $0.isLetter }
                    && latinEndings.contains { word.hasSuffix($0) }
            })
        else { return nil }
        return words[0].prefix(1).uppercased() + words[0].dropFirst() + " " + words[1]
    }
}
