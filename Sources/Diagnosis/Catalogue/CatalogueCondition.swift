/// A disease or pest of one plant: how it shows, what to do, and what else it could be.
package struct Condition: Hashable, Sendable, Codable {
    package typealias ID = CatalogueID<Condition>

    package let id: ID
    package let plantID: Plant.ID
    package let name: String
    package let otherNames: [String]
    package let pathogen: Pathogen
    package let summary: String
    /// Signs to compare the plant with, leaves first.
    package let symptoms: [String]
    package let spread: String
    package let favouredBy: String
    package let season: String
    package let severity: Severity
    package let severityNote: String
    /// What the page shows under “What to do”, in order.
    package let steps: [Step]
    package let treatment: Treatment
    package let prevention: [String]
    package let lookAlikes: [LookAlike]
    /// Where the law asks for a report or restricts the plant, where it does.
    package let notifiable: String?
    /// Why a photo alone is no proof, where it is none.
    package let cannotConfirmFromPhoto: String?
    package let sources: [Source]

    // `plantId` is what the JSON strategy makes of `plant_id`.
    private enum CodingKeys: String, CodingKey {
        case id, plantID = "plantId", name, otherNames, pathogen, summary, symptoms, spread, favouredBy, season
        case severity, severityNote, steps, treatment, prevention, lookAlikes, notifiable, cannotConfirmFromPhoto
        case sources
    }
}

extension Condition {
    /// Who causes it.
    package struct Pathogen: Hashable, Sendable, Codable {
        package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            case fungus, oomycete, bacterium, virus, mite
        }

        package let scientificName: String
        package let kind: Kind
        /// The narrower kinship, such as `Rust fungus`.
        package let group: String?
    }

    package enum Severity: String, Hashable, Sendable, Codable, CaseIterable {
        case low, moderate, high, devastating
    }

    /// One thing to do, and when.
    package struct Step: Hashable, Sendable, Codable {
        package let when: String
        package let title: String
        package let text: String
    }

    /// What helps, the gentlest first; where nothing helps, the text says so.
    package struct Treatment: Hashable, Sendable, Codable {
        package let cultural: [String]
        package let biological: [String]
        package let chemical: [String]
    }

    /// Something easily taken for it; one of ours has an `id`.
    package struct LookAlike: Hashable, Sendable, Codable {
        package let id: Condition.ID?
        package let name: String
        package let difference: String
    }
}
