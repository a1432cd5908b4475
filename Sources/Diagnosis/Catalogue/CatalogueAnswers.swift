internal import HTTPServer

extension Plant: APIValue {
    static let notes = [
        "id": "The plant's name in addresses and in models: `tomato`.",
        "otherNames": "Further names under which it is found.",
        "commonIssues": "Troubles of this plant; those with an `id` stand under `/api/v1/diseases`.",
        "healthy": "What to say and keep doing when a leaf is well.",
        "toxicity": "What is poisonous about it, where anything is.",
        "sources": "Works in which the entry can be checked; the words are ours.",
    ]
}

extension Condition: APIValue {
    static let notes = [
        "id": "The condition's name in addresses and in models: `tomato-late-blight`.",
        "plantId": "The plant it befalls, under `/api/v1/species`.",
        "steps": "What to do and when, in order.",
        "treatment": "What helps, the gentlest first; where nothing helps, the text says so.",
        "lookAlikes": "What is easily taken for it; those with an `id` are in the catalogue.",
        "notifiable": "Where it must be reported or is restricted, where it is.",
        "cannotConfirmFromPhoto": "Why a photo is no proof, where it is none.",
        "sources": "Works in which the entry can be checked; the words are ours.",
    ]
}

extension GrowthStages: APIValue {
    static let notes = [
        "plantType": "The plant, under `/api/v1/species`.",
        "countedFrom": "The event that is day 0.",
        "stages": "In order, without gaps.",
    ]
}

/// A plant in a list.
struct PlantSummary: APIValue, Hashable {
    let id: Plant.ID
    let name: String
    let scientificName: String
    let family: String
    let conditions: Int

    static let notes = ["conditions": "How many diseases and pests of it the catalogue knows."]

    init(_ plant: Plant, conditions: Int) {
        (id, name, scientificName, family) = (plant.id, plant.name, plant.scientificName, plant.family)
        self.conditions = conditions
    }
}

/// A disease or pest in a list.
struct ConditionSummary: APIValue, Hashable {
    let id: Condition.ID
    let plantID: Plant.ID
    let name: String
    let kind: Condition.Pathogen.Kind
    let severity: Condition.Severity
    let summary: String

    private enum CodingKeys: String, CodingKey {
        case id, plantID = "plantId", name, kind, severity, summary
    }

    init(_ condition: Condition) {
        (id, plantID, name) = (condition.id, condition.plantID, condition.name)
        (kind, severity, summary) = (condition.pathogen.kind, condition.severity, condition.summary)
    }
}

/// One page of a list.
struct CataloguePage<Item: APIValue>: APIValue {
    let items: [Item]
    let total: Int
    let page: Int
    let pages: Int
}
