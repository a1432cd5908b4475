/// Lets the pictures of a burst vote: one animal on five pictures in a row is rarely two species.
struct SmoothBurst: Sendable {
    /// An animal whose name is at least this probable keeps it.
    private static let sure = 0.7
    /// The share of all votes that one name needs.
    private static let majority = 0.6

    /// The name that the burst bears out, weighed by how sure each finding is of its own; `nil` when it bears out none.
    func winner(of names: [NameAnimals.Name]) -> NameAnimals.Name? {
        let votes = Dictionary(grouping: names, by: \.species)
        guard votes.count > 1 else { return nil }
        let total = names.map(\.confidence).reduce(0, +)
        let best = votes.max { first, second in
            let (one, other) = (first.value.weight, second.value.weight)
            return (one, second.key) < (other, first.key)
        }
        guard let best, best.value.count > 1, best.value.weight >= Self.majority * total else { return nil }
        return NameAnimals.Name(
            species: best.key,
            confidence: best.value.weight / Double(best.value.count),
            source: .burst
        )
    }

    /// The name of one finding in the light of its burst.
    func callAsFunction(_ own: NameAnimals.Name, in burst: NameAnimals.Name?) -> NameAnimals.Name {
        guard let burst, burst.species != own.species, own.confidence < Self.sure else { return own }
        return burst
    }
}

extension [NameAnimals.Name] {
    fileprivate var weight: Double { map(\.confidence).reduce(0, +) }
}
