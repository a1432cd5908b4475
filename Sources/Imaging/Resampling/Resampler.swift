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

    /// Gives each stored row of the result: four floats a pixel, red, green, blue (0 to 255) and one without meaning.
    func forEachRow(_ body: (_ row: Int, _ colours: UnsafePointer<Float>) -> Void) {
        let used = columns.used.count * 3
        // One float more than there are colours, because pixels are read four floats at a time.
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: width * 4 + used + 1) { scratch in
            guard let result = scratch.baseAddress else { return }
            let sums = unsafe result + width * 4
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
                    var colour = SIMD4<Float>.zero
                    var position = unsafe UnsafeRawPointer(sums + (span.first - offset) * 3)
                    for tap in 0..<span.count {
                        let pixel = unsafe position.loadUnaligned(as: SIMD4<Float>.self)
                        unsafe colour += weights[span.weights + tap] * pixel
                        unsafe position += 3 * MemoryLayout<Float>.stride
                    }
                    unsafe UnsafeMutableRawPointer(result + 4 * target).storeBytes(of: colour, as: SIMD4<Float>.self)
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
