import HTTPServer

/// The request of the Open Inference Protocol, version 2.
struct InferenceRequest: APIValue {
    let id: String?
    let inputs: [Input]
    let outputs: [Output]?

    struct Input: APIValue {
        let name: String
        let shape: [Int]
        let datatype: String
        let data: FlatNumbers?
        let parameters: BinaryParameters?

        static let notes = [
            "shape": "Pictures, colours, rows, columns.",
            "datatype": "FP32.",
            "data": "The numbers, flat or nested; left out when they follow the JSON as bytes.",
        ]
    }

    struct Output: APIValue {
        let name: String
        let parameters: BinaryParameters?
    }

    struct BinaryParameters: APIValue {
        let binaryDataSize: Int?
        let binaryData: Bool?

        static let notes = [
            "binaryDataSize": "Bytes of this tensor that follow the JSON, little-endian.",
            "binaryData": "Whether this output is wanted as bytes behind the JSON.",
        ]
    }
}

/// The answer of the Open Inference Protocol, version 2.
struct InferenceAnswer: APIValue {
    let modelName: String
    let modelVersion: String
    let id: String?
    let outputs: [Output]

    struct Output: APIValue {
        let name: String
        let shape: [Int]
        let datatype: String
        let data: [Float]?
        let parameters: InferenceRequest.BinaryParameters?
    }
}

extension Float: APIValue {}

/// Numbers that came as one flat list or as lists in lists, in row-major order.
struct FlatNumbers: Codable, Sendable, SchemaDescribing {
    let values: [Float]

    static let schema = Schema(["type": "array"])
    static let sample = FlatNumbers(values: [])

    init(values: [Float]) { self.values = values }

    init(from decoder: any Decoder) throws {
        if let flat = try? decoder.singleValueContainer().decode([Float].self) {
            values = flat
        } else {
            values = try decoder.singleValueContainer().decode([FlatNumbers].self).flatMap(\.values)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

/// What `GET /v2` tells.
struct InferenceServer: APIValue {
    let name: String
    let version: String
    let extensions: [String]
}

/// What `GET /v2/models/{model}` tells.
struct InferenceModel: APIValue {
    let name: String
    let versions: [String]
    let platform: String
    let inputs: [Tensor]
    let outputs: [Tensor]

    struct Tensor: APIValue {
        let name: String
        let datatype: String
        let shape: [Int]
        static let notes = ["shape": "-1 where any size fits."]
    }
}
