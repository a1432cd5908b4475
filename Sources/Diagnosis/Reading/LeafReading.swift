package import Core
package import Imaging
package import Inference

/// What one picture says, and what is known of the picture itself.
package struct LeafReading: Sendable {
    package let digest: SHA256
    package let perceptualHash: UInt64
    /// The upright sides in pixels.
    package let width: Int
    package let height: Int
    /// The square that the model saw, in pixels of the upright picture.
    package let part: Rectangle
    /// `nil` when nobody asked how fit the picture is.
    package let quality: PictureQuality?
    package let classification: Classification
    /// The model that read it, which a swap may have taken off duty since.
    package let model: ModelPackage
    package let evidence: Evidence?
    /// Whether the numbers were computed for an identical picture before.
    package var isCached = false

    /// Where the model found its answer.
    package struct Evidence: Sendable {
        package let map: ActivationMap
        /// The photo with the map laid over it, as JPEG.
        package let overlay: [UInt8]
    }

    /// About what it takes in memory, for the bound of a cache; the model is shared by all readings.
    package var weight: Int {
        let numbers = classification.logits.count + classification.probabilities.count
        return MemoryLayout<LeafReading>.size + numbers * MemoryLayout<Float>.size + Self.bookkeeping
    }

    /// Headers of its arrays, and the place and the key in a cache's tables.
    private static let bookkeeping = 400

    /// `part` in fractions of the picture's sides: x, y, width, height.
    package var partFractions: [Double] {
        [
            part.x / Double(width), part.y / Double(height), part.width / Double(width), part.height / Double(height),
        ]
    }
}

/// How a picture is to be read.
package struct ReadingOptions: Hashable, Sendable {
    /// The part with the leaf; the middle square when nobody chose.
    package var crop: Crop
    package var explain: Bool
    /// Also judge how fit the picture is for reading, which costs a tenth of the reading itself.
    package var judge: Bool

    package init(crop: Crop = .centreSquare, explain: Bool = false, judge: Bool = false) {
        self.crop = crop
        self.explain = explain
        self.judge = judge
    }
}
