/// How a plant's season or year runs, and what it needs on the way.
package struct GrowthStages: Hashable, Sendable, Codable {
    package let plantType: Plant.ID
    package let name: String
    /// The event that is day 0, such as `sowing`.
    package let countedFrom: String
    package let note: String
    package let stages: [Stage]
    package let sources: [Source]
}

extension GrowthStages {
    package struct Stage: Hashable, Sendable, Codable {
        package typealias ID = CatalogueID<Stage>

        package let id: ID
        package let name: String
        package let days: Days
        package let description: String
        /// The stage on the BBCH scale, such as `10-19`, where a scale exists for the plant.
        package let bbch: String?
        package let needs: Needs
    }

    /// First and last day of a stage, counted from `countedFrom`.
    package struct Days: Hashable, Sendable, Codable {
        package let from: Int
        package let to: Int
    }

    package struct Needs: Hashable, Sendable, Codable {
        package let light: String
        package let water: String
        package let temperature: Warmth
        package let feeding: String
        package let notes: String?
    }

    package struct Warmth: Hashable, Sendable, Codable {
        package let min: Double
        package let max: Double
        package let unit: String
    }

    /// The stage that a plant is in on a day counted from `countedFrom`, or `nil` before the first and after the last.
    package func stage(onDay day: Int) -> Stage? {
        stages.last { $0.days.from <= day && day <= $0.days.to }
    }
}
