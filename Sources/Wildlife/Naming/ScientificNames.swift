import Database

/// Knows what the names that pictures show are called in science: as people settled it, else as a model knows its classes,
/// else as the name itself tells.
struct ScientificNames: Sendable {
    /// By the name that pictures show.
    private let settled: [String: ScientificName]

    init(_ rules: some Collection<SpeciesRule>) {
        var settled: [String: ScientificName] = [:]
        // What is settled of a name itself stands above what leads to it by another one.
        for rule in rules.sorted(by: { ($0.becomes == nil ? 0 : 1, $0.name) < ($1.becomes == nil ? 0 : 1, $1.name) }) {
            guard let name = rule.scientificName, settled[rule.shown] == nil else { continue }
            settled[rule.shown] = name
        }
        self.settled = settled
    }

    static func load(from database: Database) async throws -> ScientificNames {
        try await ScientificNames(database.read { try await SpeciesRuleStore(database: database).all(in: $0) }.values)
    }

    /// - Parameters:
    ///   - species: as pictures show it.
    ///   - lineages: what a model that gave the name knows of its classes.
    /// - Returns: `nil` where nobody knows: a guess would be wrong data.
    func callAsFunction(_ species: String, _ lineages: [Lineage] = []) -> ScientificName? {
        settled[species] ?? lineages.lazy.compactMap { $0.scientificName(of: species) }.first
            ?? Taxon.scientificName(of: species)
    }
}

extension Lineage {
    private static let ranks: [ScientificName.Rank] = [.genus, .family, .order, .class]
    /// After the name of a genus: some species of it.
    private static let anySpecies: Set = ["sp", "sp.", "spp", "spp.", "species"]

    /// What one of its names is called in science; `nil` where it is none of them, or nothing is known above it.
    fileprivate func scientificName(of shown: String) -> ScientificName? {
        let taxa = zip(above, Self.ranks).filter { !$0.0.isEmpty }
        if let (name, rank) = taxa.first(where: { $0.0 == shown }) { return ScientificName(small: name, rank) }
        guard shown == name, let nearest = taxa.first else { return nil }
        let words = name.split(separator: " ")
        // A class may be called as people call it, within the group that it belongs to.
        guard nearest.1 == .genus, words.count > 1, words[0] == nearest.0, !Self.anySpecies.contains(String(words[1]))
        else { return ScientificName(small: nearest.0, nearest.1) }
        return ScientificName(small: name, words.count > 2 ? .subspecies : .species)
    }
}
