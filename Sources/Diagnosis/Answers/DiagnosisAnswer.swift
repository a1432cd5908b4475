import Core
import HTTPServer
import Observations

/// What `POST /api/v1/diagnose` answers, for one to five pictures of one plant.
struct DiagnosisAnswer: StoredAnswer, MeasuredAnswer {
    let id: Analysis.ID
    let createdAt: Timestamp
    let verdict: Verdict
    let isPlant: Bool
    let confidence: Double
    let threshold: Double
    let plant: RankedPlant?
    let results: [RankedResult]
    let diseases: [RankedDisease]
    var images: [PictureReading]
    let model: ModelReference
    let processingTime: Double
    let cached: Bool

    static let notes = [
        "threshold": "Below this probability the answer is not confident, whatever is on top.",
        "plant": "The plant with the greatest probability over all its conditions; null when no plant was seen.",
        "results": "The classes on top, ranked, top_k of them.",
        "diseases": "The ranked conditions of which the first is the finding; empty when healthy or no plant.",
        "images": "What each picture alone says, in the order sent; a broken one has an error here.",
        "processingTime": "Seconds from the pictures to the answer.",
        "cached": "Whether all numbers were computed for identical pictures before.",
    ]

    var analysis: Analysis {
        Analysis(
            id: id,
            createdAt: createdAt,
            model: model,
            label: results.first?.label ?? "",
            confidence: confidence,
            verdict: verdict
        )
    }

    var forKeeping: DiagnosisAnswer {
        var copy = self
        copy.images = images.withoutOverlays
        return copy
    }
}

/// A plant with the summed probability of its classes.
struct RankedPlant: APIValue {
    let id: String
    let name: String
    let scientificName: String
    let confidence: Double
    let url: String

    static let notes = ["url": "The plant's page in the catalogue."]
}

/// One class of the model with its probability.
struct RankedResult: APIValue {
    let label: String
    let plant: PlantName?
    let condition: ConditionName?
    let healthy: Bool
    let confidence: Double

    static let notes = ["label": "The class as the model names it; the plant is null for 'no leaf in the picture'."]
}

struct PlantName: APIValue {
    let id: String
    let name: String
    let scientificName: String
    static let notes: [String: String] = [:]
}

struct ConditionName: APIValue {
    let id: String
    let name: String
    let scientificName: String?
    let kind: String
    let url: String
    static let notes = ["kind": "fungus, oomycete, bacterium, virus or mite."]
}

/// A condition that the pictures may show.
struct RankedDisease: APIValue {
    let id: String
    let name: String
    let scientificName: String?
    let kind: String
    let confidence: Double
    let severity: String?
    let url: String

    static let notes = ["severity": "How much harm it does when nothing is done: low, moderate, high, devastating."]
}

/// What one picture says.
struct PictureReading: APIValue {
    let index: Int
    let sha256: String?
    let width: Int?
    let height: Int?
    let verdict: Verdict?
    let confidence: Double?
    let label: String?
    let crop: [Double]?
    let quality: QualityAnswer?
    var heatMap: Explanation?
    let error: PictureProblem?

    static let notes = [
        "crop": "The part of the upright picture that was read: x, y, width, height, 0…1.",
        "heatMap": "Where the model looked; only with explain=true.",
        "error": "Why this picture was not read; the others are not affected.",
    ]
}

/// How fit a photo is for reading, and what would make it better.
struct QualityAnswer: APIValue {
    let sharpness: Double
    let brightness: Double
    let hints: [String]

    static let notes = ["hints": "Any of blurred, dark, too_far."]
}

/// What `POST /api/v1/identify` answers: which plant it is, whatever ails it.
struct IdentificationAnswer: StoredAnswer, MeasuredAnswer {
    let id: Analysis.ID
    let createdAt: Timestamp
    let verdict: Verdict
    let isPlant: Bool
    let confidence: Double
    let results: [RankedPlant]
    var images: [PictureReading]
    let model: ModelReference
    let processingTime: Double
    let cached: Bool

    static let notes = ["results": "Plants ranked by probability, each with a link to its page in the catalogue."]

    var analysis: Analysis {
        Analysis(
            id: id,
            createdAt: createdAt,
            model: model,
            label: results.first?.id ?? "",
            confidence: confidence,
            verdict: verdict
        )
    }

    var forKeeping: IdentificationAnswer {
        var copy = self
        copy.images = images.withoutOverlays
        return copy
    }
}
