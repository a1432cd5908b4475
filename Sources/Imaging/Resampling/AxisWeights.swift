/// For each target pixel along one side, which source pixels count, and how much.
///
/// Area average when shrinking and bilinear when enlarging, pixel for pixel as OpenCV's `INTER_AREA` and
/// `INTER_LINEAR`, with which the leaf model was trained and measured.
struct AxisWeights {
    struct Span {
        let first: Int
        let count: Int
        let weights: Int
    }

    private(set) var spans: [Span] = []
    private(set) var weights: [Float] = []
    /// The source pixels that count at all.
    let used: Range<Int>

    /// - Parameters:
    ///   - start: where the part begins, in source pixels.
    ///   - length: how long the part is.
    ///   - limit: how many source pixels there are.
    ///   - count: how many target pixels there shall be.
    init(start: Double, length: Double, limit: Int, count: Int) {
        let edge = 1e-6
        let lower = max(0, Int((start + edge).rounded(.down)))
        let upper = min(limit, max(lower + 1, Int((start + length - edge).rounded(.up))))
        used = lower..<upper
        let step = length / Double(count)
        spans.reserveCapacity(count)
        for target in 0..<count {
            if step >= 1 {
                appendArea(from: start + Double(target) * step, step: step)
            } else {
                appendBilinear(at: start + (Double(target) + 0.5) * step - 0.5)
            }
        }
    }

    private mutating func appendArea(from start: Double, step: Double) {
        let edge = 1e-6
        let first = min(max(Int((start + edge).rounded(.down)), used.lowerBound), used.upperBound - 1)
        let end = min(max(Int((start + step - edge).rounded(.up)), first + 1), used.upperBound)
        let position = weights.count
        var sum = 0.0
        for index in first..<end {
            let share = min(Double(index + 1), start + step) - max(Double(index), start)
            weights.append(Float(max(share, 0)))
            sum += max(share, 0)
        }
        for index in position..<weights.count { weights[index] = sum > 0 ? weights[index] / Float(sum) : 1 }
        spans.append(Span(first: first, count: end - first, weights: position))
    }

    private mutating func appendBilinear(at centre: Double) {
        let clamped = min(max(centre, Double(used.lowerBound)), Double(used.upperBound - 1))
        let first = min(Int(clamped), used.upperBound - 1)
        let share = Float(clamped - Double(first))
        let position = weights.count
        weights.append(1 - share)
        if share > 0 { weights.append(share) }
        spans.append(Span(first: first, count: weights.count - position, weights: position))
    }
}
