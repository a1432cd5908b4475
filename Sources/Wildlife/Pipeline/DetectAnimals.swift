import Imaging
import Inference

/// Finds animals, people and vehicles on a picture, and says of which species the animals are.
struct DetectAnimals: Sendable {
    let models: ModelRegistry
    /// The detector on duty.
    let detector: String
    /// Below this nothing is believed.
    let threshold: Double

    /// Whether there is a detector to ask.
    var isReady: Bool { (try? models.detector(named: detector)) != nil }

    /// - Throws: `ModelFault` when no detector is on duty.
    func callAsFunction(_ picture: Picture) async throws -> [Finding] {
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
