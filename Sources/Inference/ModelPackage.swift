package import Core

/// A model as it lies on disk: a folder with `model.json` and the ONNX files that it names.
package struct ModelPackage: Hashable, Sendable {
    package let folder: String
    package let name: String
    package let version: String
    /// What it does, in a sentence.
    package let task: String
    package let architecture: String?
    package let float: File
    /// The quantised twin, where the package has one.
    package let int8: File?
    package let input: Input
    package let outputs: Outputs
    package let classes: [Label]
    /// The position of the class that says “none of mine”, where there is one.
    package let rejectIndex: Int?
    /// Logits are divided by this before the softmax.
    package let temperature: Float
    package let reject: Reject?
    package let licence: String
    /// What the model must not be used for, in a sentence.
    package let limits: String?
    package let evaluations: [String: Evaluation]
    /// Precisions other than f32 that were checked against pictures, by name.
    package let precisionChecks: [String: PrecisionCheck]

    package struct File: Hashable, Sendable {
        /// Inside the folder; never leaves it.
        package let path: String
        package let digest: SHA256
        package let bytes: Int?
        /// Where it is published, when it does not come with the package.
        package let url: String?
    }

    package struct Input: Hashable, Sendable {
        package let name: String
        package let channels: Int
        package let height: Int
        package let width: Int
        /// The value that black and white pixels become.
        package let range: ClosedRange<Float>
    }

    package struct Outputs: Hashable, Sendable {
        package static let logits = "logits"
        package static let features = "features"
        /// The last feature map, for explanations.
        package let features: FeatureShape?
        package let head: Head?
    }

    package struct FeatureShape: Hashable, Sendable {
        package let channels: Int
        package let rows: Int
        package let columns: Int
    }

    /// Where the ONNX file keeps the last layer's weights.
    package struct Head: Hashable, Sendable {
        package let weights: String
        package let bias: String
    }

    /// One class, with the catalogue's slugs.
    package struct Label: Hashable, Sendable, Codable {
        package let index: Int
        /// As `/classes` lists it.
        package let id: String
        package let kind: String
        package let plant: String?
        package let plantScientific: String?
        package let plantID: String?
        package let condition: String?
        package let conditionID: String?
        package let causeScientific: String?
        package let taxonomy: Taxonomy?

        package var isHealthy: Bool { kind == "healthy" }
        package var isReject: Bool { kind == "reject" }

        enum CodingKeys: String, CodingKey {
            case index, id, kind, plant, condition, taxonomy
            case plantScientific = "plant_scientific"
            case plantID = "plant_id"
            case conditionID = "condition_id"
            case causeScientific = "cause_scientific"
        }
    }

    /// Where a species stands among others, by scientific names; ranks that are not known are left out.
    package struct Taxonomy: Hashable, Sendable, Codable {
        package let `class`: String?
        package let order: String?
        package let family: String?
        package let genus: String?
        /// Genus and species, such as “Ursus arctos”.
        package let species: String?
    }

    /// When the model says “I don't know”: below `threshold` of the energy over all classes but the reject class.
    package struct Reject: Hashable, Sendable {
        package let threshold: Float
    }

    /// How it did on a set of pictures.
    package struct Evaluation: Hashable, Sendable, Codable {
        package let n: Int?
        package let accuracy: Double?
        package let macroF1: Double?
        package let calibrationError: Double?

        enum CodingKeys: String, CodingKey {
            case n, accuracy
            case macroF1 = "macro_f1"
            case calibrationError = "ece_after"
        }
    }

    /// A check of a precision against f32 on the same pictures.
    package struct PrecisionCheck: Hashable, Sendable, Codable {
        package let accuracy: Double
        package let n: Int
        package let passed: Bool
        package let cpu: String?
        package let instructions: String?

        enum CodingKeys: String, CodingKey { case accuracy, n, passed, cpu, instructions }
    }

    package var identity: ModelIdentity { ModelIdentity(name: name, version: version) }

    /// The tensor of one picture.
    package var inputShape: [Int] { [1, input.channels, input.height, input.width] }
}

/// Which model gave an answer.
package struct ModelIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
    package let name: String
    package let version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    package var description: String { "\(name) \(version)" }
}
