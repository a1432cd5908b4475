/// `model.json` as written: what is needed is required, what is not known here is passed over.
struct ModelDescription: Decodable {
    let name: String
    let version: String
    let task: String
    let architecture: String?
    let files: Files
    let input: Input
    let outputs: Outputs
    let classes: [ModelPackage.Label]
    let rejectClass: String?
    let temperature: Double
    let reject: Reject?
    let licence: String
    let limits: String?
    let metrics: Metrics?
    let precisionChecked: [String: ModelPackage.PrecisionCheck]?

    enum CodingKeys: String, CodingKey {
        case name, version, task, architecture, files, input, outputs, classes, temperature, reject, licence, limits
        case metrics
        case rejectClass = "reject_class"
        case precisionChecked = "precision_checked"
    }

    struct Files: Decodable {
        let onnx: File
        let int8: File?
        enum CodingKeys: String, CodingKey {
            case onnx
            case int8 = "onnx_int8"
        }
    }

    struct File: Decodable {
        let path: String
        let sha256: String
        let bytes: Int?
        /// Where it is published, when it does not come with the description.
        let url: String?
    }

    struct Input: Decodable {
        let name: String
        let layout: String
        let dtype: String
        let colour: String
        let range: [Double]
        private let sizes: [Size]
        var shape: [Int?] { sizes.map(\.value) }
        enum CodingKeys: String, CodingKey {
            case name, layout, dtype, colour, range
            case sizes = "shape"
        }
    }

    struct Outputs: Decodable {
        let logits: Output
        let features: Output?
        let map: ActivationMap?
        enum CodingKeys: String, CodingKey {
            case logits, features
            case map = "class_activation_map"
        }
    }

    struct Output: Decodable {
        private let sizes: [Size]
        var shape: [Int?] { sizes.map(\.value) }
        enum CodingKeys: String, CodingKey { case sizes = "shape" }
    }

    struct ActivationMap: Decodable {
        let weightsInitializer: String
        let bias: String
        enum CodingKeys: String, CodingKey {
            case bias
            case weightsInitializer = "weights_initializer"
        }
    }

    struct Reject: Decodable {
        let score: String
        let threshold: Double
    }

    /// A number, or a name such as `N` for a size that may vary.
    struct Size: Decodable {
        let value: Int?
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                value = number
            } else {
                _ = try container.decode(String.self)
                value = nil
            }
        }
    }

    /// Evaluations by the name of their set; figures of another form, such as latencies, are passed over.
    struct Metrics: Decodable {
        let sets: [String: ModelPackage.Evaluation]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            var sets: [String: ModelPackage.Evaluation] = [:]
            for key in container.allKeys {
                if let set = try? container.decode(ModelPackage.Evaluation.self, forKey: key), set.accuracy != nil {
                    sets[key.stringValue] = set
                }
            }
            self.sets = sets
        }
    }

    struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// What is wrong with which field of `model.json`.
struct DescriptionFault: Error {
    let field: String
    let problem: String

    init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    /// Puts a decoder's complaint into a field and a word.
    init(_ error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self.init(fieldName(context.codingPath + [key]), "is missing")
        case DecodingError.valueNotFound(_, let context): self.init(fieldName(context.codingPath), "is null")
        case DecodingError.typeMismatch(let type, let context):
            self.init(fieldName(context.codingPath), "is not \(typeName(type))")
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(fieldName(context.codingPath), "can't be read")
        default: self.init("the file", "is not JSON")
        }
    }
}

extension String {
    func required(_ field: String) throws(DescriptionFault) -> String {
        guard !isEmpty else { throw DescriptionFault(field, "is empty") }
        return self
    }
}

private func fieldName(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
        if let index = key.intValue {
            text += "[\(index)]"
        } else {
            text += (text.isEmpty ? "" : ".") + key.stringValue
        }
    }
}

private func typeName(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Int.Type: "a whole number"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    default: "of the expected form"
    }
}
