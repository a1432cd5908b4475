extension DetectionDecoder {
    /// What is wrong with what a grey picture gave, for this decoder; `nil` when nothing is.
    ///
    /// Both forms of YOLOX have the same shape, and the wrong decoder gives boxes in the wrong places without a word.
    func fault(of output: OutputTensor, for input: DetectorPackage.Input) -> String? {
        guard self == .yolox || self == .yoloxRaw else { return nil }
        let cells = Cell.all(of: input)
        guard output.shape.count == 3, output.shape[1] == cells.count,
            output.values.count == output.shape[1] * output.shape[2]
        else {
            let count = output.shape.count == 3 ? "\(output.shape[1])" : "no"
            return "gives \(count) boxes, where YOLOX gives \(cells.count) at \(input.width)x\(input.height) pixels"
        }
        return switch (self, isPlaced(output, in: cells)) {
        case (.yolox, false): "gives boxes that are not in their places yet: its decoder is yolox-raw"
        case (.yoloxRaw, true): "gives boxes that are in their places already: its decoder is yolox"
        default: nil
        }
    }

    /// Centres that are in their places lie near their cells; others are small numbers, whatever the cell.
    private func isPlaced(_ output: OutputTensor, in cells: [Cell]) -> Bool {
        var (toCell, toOrigin): (Float, Float) = (0, 0)
        for (index, cell) in cells.enumerated() {
            let (x, y) = (output.values[index * output.shape[2]], output.values[index * output.shape[2] + 1])
            toCell += abs(x / cell.side - cell.column) + abs(y / cell.side - cell.row)
            toOrigin += abs(x) + abs(y)
        }
        return toCell < toOrigin
    }
}
