/// Gives a detection the name that is sure enough: the species, else the nearest taxon that the evidence bears.
///
/// It works on what the models said and nothing else, so that names can be given anew without asking the models.
struct NameAnimals: Sendable {
    /// What people on this server settled about names, by name.
    let rules: [String: SpeciesRule]
    /// A name that is less probable gives way to the taxon above it.
    let threshold: Double

    struct Name: Hashable, Sendable {
        let species: String
        let confidence: Double
        let source: Finding.Source
    }

    func callAsFunction(_ finding: Finding) -> Name {
        let own = Name(
            species: settled(finding.label.lowercased()),
            confidence: finding.confidence,
            source: .detector
        )
        guard finding.category == .animal, !finding.scores.isEmpty else { return own }
        return sure(finding.scores.map(moved)) ?? own
    }

    /// The surest name at the lowest rank that is sure enough.
    private func sure(_ scores: [NameScore]) -> Name? {
        let ranks = scores.map(\.lineage.path.count).max() ?? 0
        for rank in 0..<ranks {
            var sums: [String: Double] = [:]
            for score in scores {
                guard let name = score.lineage.atRank(rank) else { continue }
                sums[name, default: 0] += score.probability
            }
            guard let best = sums.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.value >= threshold else {
                continue
            }
            return Name(species: settled(best.key), confidence: min(best.value, 1), source: .classifier)
        }
        return nil
    }

    /// What does not live here speaks for the taxa above it alone.
    private func moved(_ score: NameScore) -> NameScore {
        guard rules[score.lineage.name]?.livesElsewhere == true else { return score }
        return NameScore(lineage: score.lineage.withoutName, probability: score.probability)
    }

    /// A name that was settled to mean another one.
    private func settled(_ name: String) -> String { rules[name]?.becomes ?? name }
}

extension Lineage {
    /// The name stays as a gap, so that ranks keep their places.
    fileprivate var withoutName: Lineage { Lineage(name: "", above: above) }

    fileprivate func atRank(_ rank: Int) -> String? {
        let path = path
        guard path.indices.contains(rank), !path[rank].isEmpty else { return nil }
        return path[rank]
    }
}
