/// What we know of plants, their troubles and their seasons: read once, checked whole, never changed.
package struct Catalogue: Sendable {
    /// All plants, by name.
    package let plants: [Plant]
    /// All conditions, by name of plant and condition.
    package let conditions: [Condition]
    package let growthStages: [GrowthStages]

    private let plantIndex: CatalogueIndex<Plant>
    private let conditionIndex: CatalogueIndex<Condition>
    private let stageIndex: [Plant.ID: GrowthStages]

    /// Takes entries that fit together.
    ///
    /// - Throws: `CatalogueFault` with every problem found.
    package init(plants: [Plant], conditions: [Condition], growthStages: [GrowthStages]) throws(CatalogueFault) {
        let problems = CatalogueCheck.problems(plants: plants, conditions: conditions, growthStages: growthStages)
        guard problems.isEmpty else { throw CatalogueFault(problems: problems) }
        let plantNames = Dictionary(plants.map { ($0.id, $0.name) }) { first, _ in first }
        self.plants = plants.sorted { $0.name < $1.name }
        self.conditions = conditions.sorted {
            (plantNames[$0.plantID] ?? "", $0.name) < (plantNames[$1.plantID] ?? "", $1.name)
        }
        self.growthStages = growthStages.sorted { $0.name < $1.name }
        plantIndex = CatalogueIndex(
            plants.map { ($0.id, $0, [$0.name, $0.scientificName] + $0.otherNames) }
        )
        let callings = Dictionary(plants.map { ($0.id, [$0.id.rawValue, $0.name] + $0.otherNames) }) { first, _ in first
        }
        conditionIndex = CatalogueIndex(
            conditions.map { condition in
                let names = [condition.name] + condition.otherNames
                let full = (callings[condition.plantID] ?? []).flatMap { plant in names.map { "\(plant) \($0)" } }
                return (condition.id, condition, names + full)
            }
        )
        stageIndex = Dictionary(growthStages.map { ($0.plantType, $0) }) { first, _ in first }
    }

    /// The plant of this id, in any case, or of this common or scientific name (`maize`, `Sweet corn`).
    package func plant(_ name: String) -> Plant? { plantIndex[name] }

    /// The condition of this id, in any case, or of a name that only one condition bears (`apple scab`).
    package func condition(_ name: String) -> Condition? { conditionIndex[name] }

    package func growthStages(of plant: Plant.ID) -> GrowthStages? { stageIndex[plant] }

    /// The growth stages of a plant, found like a plant.
    package func growthStages(_ name: String) -> GrowthStages? {
        plant(name).flatMap { stageIndex[$0.id] }
    }

    package func conditions(of plant: Plant.ID) -> [Condition] {
        conditions.filter { $0.plantID == plant }
    }

    /// Ids that somebody who wrote `name` may have meant, the nearest first; at most five.
    package func plants(near name: String) -> [Plant.ID] { plantIndex.near(name) }
    package func conditions(near name: String) -> [Condition.ID] { conditionIndex.near(name) }

    /// A class of a model that the catalogue cannot explain.
    package struct Gap: Hashable, Sendable, CustomStringConvertible {
        package let plantID: Plant.ID?
        package let conditionID: Condition.ID?
        package let reason: String
        package var description: String { reason }
    }

    /// What the classes of a model name and the catalogue lacks; a class without plant is none of ours.
    package func missing(for classes: some Sequence<(String?, String?)>) -> [Gap] {
        classes.compactMap { plantID, conditionID in
            guard let plantID else { return nil }
            let gap = { (reason: String) in
                Gap(plantID: Plant.ID(plantID), conditionID: conditionID.map { Condition.ID($0) }, reason: reason)
            }
            guard plantIndex.holds(Plant.ID(plantID)) else { return gap("no plant \(plantID)") }
            guard let conditionID else { return nil }
            guard conditionIndex.holds(Condition.ID(conditionID)), let condition = condition(conditionID) else {
                return gap("no condition \(conditionID)")
            }
            return condition.plantID.rawValue == plantID ? nil : gap("\(conditionID) is not a condition of \(plantID)")
        }
    }
}
