import Core
import HTTPServer
import Observations

/// What `POST /predict` answers, as clients of the old services know it, with our additions.
struct PredictionAnswer: APIValue {
    let id: Analysis.ID
    let prediction: String
    let confidence: Double
    let probabilities: [String: Double]
    let plantType: String?
    let diseases: [[String: Double]]
    let isPlant: Bool
    let verdict: Verdict
    let processingTime: Double
    let cached: Bool
    let model: ModelReference
    var explanation: Explanation?

    static let notes = [
        "id": "Key of the stored analysis: GET /api/v1/analyses/{id}.",
        "prediction": "The class on top, exactly as /classes lists it, also when the verdict is not confident.",
        "confidence": "Calibrated probability of `prediction`, 0…1.",
        "probabilities": "Calibrated probability of every class, or of the top_k when asked.",
        "plantType": "The plant of the class on top; null when the picture shows none.",
        "diseases": "The condition on top with its probability; empty when healthy or no plant.",
        "verdict": "confident, uncertain or not_a_plant; only a confident answer deserves a name in large type.",
        "processingTime": "Seconds from the picture to the answer.",
        "cached": "Whether the numbers were computed for an identical picture before.",
        "explanation": "Where the model looked; only with explain=true.",
    ]
}

/// One entry of a batch: an answer, or why this file has none.
struct BatchEntry: APIValue, SchemaDescribing {
    private let result: Result<PredictionAnswer, PictureProblem>

    init(_ result: Result<PredictionAnswer, PictureProblem>) { self.result = result }

    static let schema = Schema(["type": "object"]).described("An answer as of /predict, or {error: {status, message}}.")
    static let sample = BatchEntry(.failure(.init(status: 400, message: "")))

    private struct Failure: Codable { let error: PictureProblem }

    init(from decoder: any Decoder) throws {
        if let failure = try? Failure(from: decoder) {
            result = .failure(failure.error)
        } else {
            result = .success(try PredictionAnswer(from: decoder))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch result {
        case .success(let answer): try answer.encode(to: encoder)
        case .failure(let problem): try Failure(error: problem).encode(to: encoder)
        }
    }
}

/// Why one picture among several has no answer.
struct PictureProblem: APIValue, Error, Hashable {
    let status: Int
    let message: String

    static let notes = ["status": "The HTTP status this picture alone would have had."]
}

/// Where in the picture the model found its answer.
struct Explanation: APIValue {
    let rows: Int
    let columns: Int
    let values: [Double]
    let region: [Double]
    var overlay: String?

    static let notes = [
        "values": "Weight of each cell for the class on top, row by row, 0…1.",
        "region": "The part of the upright picture that the grid covers: x, y, width, height, 0…1.",
        "overlay": "The photo with the grid laid over it, a JPEG in base64.",
    ]
}
