package import Core

/// What a model said of an observation: the word that diagnosis, wildlife, rules and learning share.
package struct Analysis: Hashable, Sendable {
    package typealias ID = Identifier<Analysis>

    package let id: ID
    package let createdAt: Timestamp
    package let model: ModelReference
    /// The class on top, as the model names it, also when the verdict is no confident one.
    package let label: String
    /// The calibrated probability of `label`, 0…1.
    package let confidence: Double
    package let verdict: Verdict

    package init(
        id: ID,
        createdAt: Timestamp,
        model: ModelReference,
        label: String,
        confidence: Double,
        verdict: Verdict
    ) {
        self.id = id
        self.createdAt = createdAt
        self.model = model
        self.label = label
        self.confidence = confidence
        self.verdict = verdict
    }
}

/// The model that gave an answer; answers of two versions are never mixed up.
package struct ModelReference: Hashable, Sendable, Codable {
    package let name: String
    package let version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}

/// Whether an answer may be given a name in large type.
package enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    case confident
    case uncertain
    case notAPlant = "not_a_plant"
}
