import Core
import FoundationEssentials
import HTTPServer
import Imaging
import Inference
import Observations

extension Explanation {
    /// `nil` when the reading kept no heat map.
    init?(_ reading: LeafReading) {
        guard let evidence = reading.evidence else { return nil }
        self.init(
            rows: evidence.map.rows,
            columns: evidence.map.columns,
            values: evidence.map.shown.map(\.asShare),
            region: reading.partFractions,
            overlay: evidence.overlay.base64
        )
    }
}

extension PictureReading {
    init(_ index: Int, _ outcome: Result<LeafReading, PictureProblem>, threshold: Double) {
        switch outcome {
        case .success(let reading):
            let joint = CombinedReading([reading.classification], model: reading.model, threshold: threshold)
            self.init(
                index: index,
                sha256: reading.digest.description,
                width: reading.width,
                height: reading.height,
                verdict: joint.verdict,
                confidence: joint.confidence,
                label: reading.model.classes[joint.top].id,
                crop: reading.partFractions,
                quality: reading.quality.map(QualityAnswer.init),
                heatMap: Explanation(reading),
                error: nil
            )
        case .failure(let problem):
            self.init(
                index: index,
                sha256: nil,
                width: nil,
                height: nil,
                verdict: nil,
                confidence: nil,
                label: nil,
                crop: nil,
                quality: nil,
                heatMap: nil,
                error: problem
            )
        }
    }
}

extension [PictureReading] {
    /// The same without the pictures in them, which can be drawn again from the grids.
    var withoutOverlays: [PictureReading] {
        map { reading in
            var copy = reading
            copy.heatMap?.overlay = nil
            return copy
        }
    }
}

extension QualityAnswer {
    init(_ quality: PictureQuality) {
        self.init(sharpness: quality.sharpness, brightness: quality.brightness, hints: quality.hints.map(\.word))
    }
}

extension PictureQuality.Hint {
    fileprivate var word: String {
        switch self {
        case .blurred: "blurred"
        case .dark: "dark"
        case .tooFar: "too_far"
        }
    }
}

extension [UInt8] {
    fileprivate var base64: String { Data(self).base64EncodedString() }
}
