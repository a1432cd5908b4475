/// Shrinks or enlarges a part of a picture, row by row, without turning or copying it first.
struct Resampler {
    private let picture: Picture
    private let columns: AxisWeights
    private let rows: AxisWeights
    /// In stored orientation.
    private let width: Int
    private let height: Int

    /// - Parameters:
    ///   - picture: where pixels come from.
    ///   - part: in upright pixels.
    ///   - width: of the upright result.
    ///   - height: of the upright result.
    init(_ picture: Picture, part: Rectangle, width: Int, height: Int) {
        let (storedWidth, storedHeight) = (picture.storedWidth, picture.storedHeight)
        let stored = picture.orientation.stored(part, width: storedWidth, height: storedHeight)
        let swaps = picture.orientation.swapsSides
        self.picture = picture
        self.width = swaps ? height : width
        self.height = swaps ? width : height
        columns = AxisWeights(start: stored.x, length: stored.width, limit: storedWidth, count: self.width)
        rows = AxisWeights(start: stored.y, length: stored.height, limit: storedHeight, count: self.height)
    }

    /// Gives each stored row of the result as interleaved colours, 0 to 255.
    func forEachRow(_ body: (_ row: Int, _ colours: UnsafePointer<Float>) -> Void) {
        let used = columns.used.count * 3
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: used + width * 3) { scratch in
            guard let sums = scratch.baseAddress else { return }
            let result = unsafe sums + used
            unsafe scratch.initialize(repeating: 0)
            unsafe picture.pixels.withUnsafeBufferPointer { pixels in
                guard let source = pixels.baseAddress else { return }
                for row in 0..<height {
                    unsafe addRows(rows.spans[row], of: source, to: sums, count: used)
                    unsafe reduce(sums, into: result)
                    unsafe body(row, result)
                }
            }
        }
    }

    private func addRows(
        _ span: AxisWeights.Span,
        of source: UnsafePointer<UInt8>,
        to sums: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let stride = picture.storedWidth * 3
        for tap in 0..<span.count {
            let weight = rows.weights[span.weights + tap]
            let line = unsafe source + ((span.first + tap) * stride + columns.used.lowerBound * 3)
            if tap == 0 {
                for index in 0..<count { unsafe sums[index] = weight * Float(line[index]) }
            } else {
                for index in 0..<count { unsafe sums[index] += weight * Float(line[index]) }
            }
        }
    }

    private func reduce(_ sums: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
        let offset = columns.used.lowerBound
        unsafe columns.weights.withUnsafeBufferPointer { weights in
            unsafe columns.spans.withUnsafeBufferPointer { spans in
                for target in 0..<width {
                    let span = unsafe spans[target]
                    var colour = SIMD3<Float>.zero
                    var position = unsafe sums + (span.first - offset) * 3
                    for tap in 0..<span.count {
                        let weight = unsafe weights[span.weights + tap]
                        unsafe colour += weight * SIMD3(position[0], position[1], position[2])
                        unsafe position += 3
                    }
                    unsafe result[3 * target] = colour.x
                    unsafe result[3 * target + 1] = colour.y
                    unsafe result[3 * target + 2] = colour.z
                }
            }
        }
    }

    /// Where each stored result pixel belongs in the upright result.
    var strides: (origin: Int, column: Int, row: Int) {
        let swaps = picture.orientation.swapsSides
        return picture.orientation.placement(width: width, height: height).strides(rowWidth: swaps ? height : width)
    }

    var storedWidth: Int { width }
}
