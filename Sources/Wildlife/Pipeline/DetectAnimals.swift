import Imaging
import Inference

/// Finds animals, people and vehicles on a picture, and asks of which species the animals are.
struct DetectAnimals: Sendable {
    let models: ModelRegistry
    /// The detector on duty.
    let detector: String
    /// Below this nothing is believed.
    let threshold: Double
    /// `nil` where the detector's own classes are all that is wanted.
    var classify: ClassifyAnimals?

    /// Whether there is a model to ask for each step.
    var isReady: Bool { (try? models.detector(named: detector)) != nil && classify?.isReady ?? true }

    /// - Parameters:
    ///   - picture: the picture, as large as it is looked at.
    ///   - bytes: the file that it was decoded from.
    /// - Returns: what is on it, the surest first, animals named by the detector's class.
    /// - Throws: `ModelFault` when a model is not on duty.
    func callAsFunction(_ picture: Picture, of bytes: [UInt8]) async throws -> [Finding] {
        let found = try await detect(picture)
        return try await classify?(found, on: picture, of: bytes) ?? found
    }

    private func detect(_ picture: Picture) async throws -> [Finding] {
        let detector = try models.detector(named: detector)
        let detections = try await detector.detect(picture, atLeast: threshold)
        return detections.enumerated().map { position, detection in
            Finding(
                position: position,
                category: Finding.Category(detection.category),
                label: detection.label,
                confidence: detection.confidence,
                box: Finding.Box(
                    x: detection.box.x,
                    y: detection.box.y,
                    width: detection.box.width,
                    height: detection.box.height
                ),
                // With no classifier the detector's class is the best there is.
                species: detection.label.lowercased(),
                speciesConfidence: detection.confidence,
                source: .detector,
                model: detector.identity.description
            )
        }
    }
}
