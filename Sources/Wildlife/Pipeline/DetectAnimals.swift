import Core
import Imaging
import Inference

/// Finds animals, people and vehicles on a picture, and asks of which species the animals are.
struct DetectAnimals: Sendable {
    let models: ModelRegistry
    /// The detector on duty.
    let detector: String
    /// Below this nothing is believed.
    let threshold: Double
    let decoding: WorkPool
    /// At most so many parts of a large picture are looked at besides the whole.
    var tiles = 0
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
        let found = try await detect(picture, of: bytes)
        return try await classify?(found, on: picture, of: bytes) ?? found
    }

    /// The same without its tiles, for frames of a video: there are many of them, and what is small on one comes nearer on
    /// another.
    var ofFrames: DetectAnimals {
        var detect = self
        detect.tiles = 0
        return detect
    }

    /// The picture with all the pixels that its tiles need, and these.
    private func divide(
        _ picture: Picture,
        of bytes: [UInt8],
        for input: DetectorPackage.Input
    ) async throws -> (picture: Picture, tiles: [Region]) {
        guard tiles > 0 else { return (picture, []) }
        let most = tiles
        return try await decoding.run {
            let info = try ImageInfo.probe(bytes)
            let grid = TileGrid(width: info.width, height: info.height, for: input, most: most)
            guard let tiles = grid?.tiles else { return (picture, []) }
            let side = max(input.width, input.height)
            return (try picture.detailed(in: tiles.map { .region($0) }, side: side, from: bytes), tiles)
        }
    }

    private func detect(_ picture: Picture, of bytes: [UInt8]) async throws -> [Finding] {
        let detector = try models.detector(named: detector)
        let (detailed, tiles) = try await divide(picture, of: bytes, for: detector.package.input)
        let detections = try await detector.detect(detailed, tiles: tiles, atLeast: threshold)
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
