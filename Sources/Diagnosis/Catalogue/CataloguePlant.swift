/// A plant that the catalogue describes: what it is and how to keep it well.
package struct Plant: Hashable, Sendable, Codable {
    package typealias ID = CatalogueID<Plant>

    package let id: ID
    package let name: String
    package let otherNames: [String]
    package let scientificName: String
    package let family: String
    package let description: String
    package let care: Care
    package let harvest: String
    package let commonIssues: [Issue]
    package let goodNeighbours: [String]
    package let keepApartFrom: [String]
    /// What is poisonous about it, where anything is.
    package let toxicity: String?
    package let healthy: Healthy
    package let sources: [Source]
}

extension Plant {
    /// The basics of its care, each a short text with its quantities.
    package struct Care: Hashable, Sendable, Codable {
        package let light: String
        package let water: String
        package let soil: String
        package let ph: Span
        package let temperature: Temperature
        package let humidity: String
        package let feeding: String
        package let spacing: String
        package let pruning: String
        package let support: String?
    }

    /// What it survives (`min`…`max`) and where it grows best.
    package struct Temperature: Hashable, Sendable, Codable {
        package let min: Double
        package let max: Double
        package let bestMin: Double
        package let bestMax: Double
        package let unit: String
    }

    /// A trouble that gardeners meet on this plant; one of ours has an `id`.
    package struct Issue: Hashable, Sendable, Codable {
        package let id: Condition.ID?
        package let name: String
        package let note: String?
    }

    /// What to say when the leaf is well.
    package struct Healthy: Hashable, Sendable, Codable {
        package let summary: String
        package let keepDoing: [String]
    }
}
