import HTTPServer
import Inference

/// Puts the classes of a model into the words and links of the answers.
struct LeafNames: Sendable {
    let model: ModelPackage
    let catalogue: Catalogue

    func label(_ index: Int) -> ModelPackage.Label { model.classes[index] }

    func plant(of index: Int) -> PlantName? {
        let label = label(index)
        guard let id = label.plantID, let name = label.plant else { return nil }
        return PlantName(id: id, name: name, scientificName: label.plantScientific ?? "")
    }

    func condition(of index: Int) -> ConditionName? {
        let label = label(index)
        guard let id = label.conditionID, let name = label.condition else { return nil }
        return ConditionName(
            id: id,
            name: name,
            scientificName: label.causeScientific,
            kind: label.kind,
            url: "/api/v1/diseases/\(id)"
        )
    }

    func result(_ index: Int, _ probabilities: [Float]) -> RankedResult {
        RankedResult(
            label: label(index).id,
            plant: plant(of: index),
            condition: condition(of: index),
            healthy: label(index).isHealthy,
            confidence: probabilities[index].asShare
        )
    }

    /// The conditions that rank among the first `limit` classes, when one of them is on top; else none.
    func diseases(ranked: [Int], _ probabilities: [Float], limit: Int) -> [RankedDisease] {
        guard let top = ranked.first, condition(of: top) != nil else { return [] }
        return ranked.prefix(limit).compactMap { index in
            guard let condition = condition(of: index) else { return nil }
            return RankedDisease(
                id: condition.id,
                name: condition.name,
                scientificName: condition.scientificName,
                kind: condition.kind,
                confidence: probabilities[index].asShare,
                severity: catalogue.condition(condition.id)?.severity.rawValue,
                url: condition.url
            )
        }
    }

    /// Plants by the summed probability of their classes, the most probable first.
    func plants(_ probabilities: [Float]) -> [RankedPlant] {
        var sums: [String: (name: PlantName, confidence: Double)] = [:]
        for (index, probability) in probabilities.enumerated() {
            guard let plant = plant(of: index) else { continue }
            sums[plant.id, default: (plant, 0)].confidence += Double(probability)
        }
        return sums.values.sorted { ($0.confidence, $1.name.id) > ($1.confidence, $0.name.id) }.map { entry in
            RankedPlant(
                id: entry.name.id,
                name: entry.name.name,
                scientificName: entry.name.scientificName,
                confidence: min(1, Float(entry.confidence).asShare),
                url: "/api/v1/species/\(entry.name.id)"
            )
        }
    }
}
