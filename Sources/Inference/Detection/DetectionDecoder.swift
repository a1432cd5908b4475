/// How a network of a family writes down what it found.
package enum DetectionDecoder: String, CaseIterable, Codable, Sendable {
    /// [1, N, 5 + classes]: centre, size, objectness, classes; in pixels of the input.
    case yolox
    /// The same before its last step: offsets within cells of 8, 16 and 32 pixels, and logarithms of sizes.
    case yoloxRaw = "yolox-raw"
    /// The same form, from YOLOv5 and MegaDetector 5.
    case yolov5
    /// [1, 4 + classes, N] without objectness, from YOLOv8 and later.
    case yolov8

    private var hasObjectness: Bool { self != .yolov8 }

    /// What is wrong with an output for this decoder; `nil` when nothing is.
    func fault(of shape: [Int?], classes: Int) -> String? {
        let fields = classes + (hasObjectness ? 5 : 4)
        let axis = self == .yolov8 ? 1 : 2
        guard shape.count == 3, shape[axis] == fields else {
            let form = self == .yolov8 ? "[1, \(fields), N]" : "[1, N, \(fields)]"
            return "does not give \(form), as \(rawValue) with \(classes) labels does"
        }
        return nil
    }

    /// A candidate in pixels of the input.
    struct Candidate {
        let centreX: Float
        let centreY: Float
        let width: Float
        let height: Float
        let label: Int
        let confidence: Float
    }

    /// All candidates that are at least so sure of a class that counts.
    func candidates(
        _ output: OutputTensor,
        of input: DetectorPackage.Input,
        classes: Int,
        counting: [Bool],
        atLeast confidence: Float
    ) -> [Candidate] {
        let fields = classes + (hasObjectness ? 5 : 4)
        guard output.shape.count == 3, output.values.count == output.shape.reduce(1, *) else { return [] }
        let isTransposed = self == .yolov8
        let count = output.shape[isTransposed ? 2 : 1]
        guard output.shape[isTransposed ? 1 : 2] == fields else { return [] }
        let values = output.values
        func value(_ row: Int, _ field: Int) -> Float {
            isTransposed ? values[field * count + row] : values[row * fields + field]
        }
        let firstClass = fields - classes
        let cells = self == .yoloxRaw ? Cell.all(of: input) : []
        guard self != .yoloxRaw || cells.count == count else { return [] }
        var found: [Candidate] = []
        for row in 0..<count {
            let objectness = hasObjectness ? value(row, 4) : 1
            guard objectness >= confidence else { continue }
            var best = 0
            for label in 1..<max(classes, 1) where value(row, firstClass + label) > value(row, firstClass + best) {
                best = label
            }
            let score = objectness * value(row, firstClass + best)
            guard counting[best], score.isFinite, score >= confidence else { continue }
            let candidate = Candidate(
                centreX: value(row, 0),
                centreY: value(row, 1),
                width: value(row, 2),
                height: value(row, 3),
                label: best,
                confidence: min(score, 1)
            )
            found.append(cells.isEmpty ? candidate : cells[row].placed(candidate))
        }
        return found
    }

    /// One of the cells in which a raw output counts.
    struct Cell {
        let column: Float
        let row: Float
        let side: Float

        /// In the order of the output: the smallest first, row by row.
        static func all(of input: DetectorPackage.Input) -> [Cell] {
            [8, 16, 32].flatMap { side in
                (0..<input.height / side).flatMap { row in
                    (0..<input.width / side).map { Cell(column: Float($0), row: Float(row), side: Float(side)) }
                }
            }
        }

        func placed(_ raw: Candidate) -> Candidate {
            Candidate(
                centreX: (raw.centreX + column) * side,
                centreY: (raw.centreY + row) * side,
                width: exponential(raw.width) * side,
                height: exponential(raw.height) * side,
                label: raw.label,
                confidence: raw.confidence
            )
        }
    }
}
