/// Takes decoded rows from top to bottom, lays them on white and shrinks them by a whole factor as they come.
///
/// Only the shrunk picture is ever held, which lets a hundred-megapixel PNG pass through a few megabytes.
struct RowCollector {
    enum Layout {
        case rgb
        /// Alpha still to be applied.
        case rgba
        /// Colours already multiplied by alpha.
        case premultiplied

        var bytesPerPixel: Int { self == .rgb ? 3 : 4 }
    }

    private let layout: Layout
    private let sourceWidth: Int
    private let sourceHeight: Int
    private let factor: Int
    private let width: Int
    private let height: Int
    private var pixels: [UInt8] = []
    private var line: [UInt8]
    private var sums: [UInt32]
    private var rowsSeen = 0
    private var rowsInSums = 0

    init(_ plan: DecodingPlan, layout: Layout) {
        self.layout = layout
        factor = plan.shrink
        sourceWidth = plan.width
        sourceHeight = plan.height
        width = plan.shrunk(plan.width, by: factor)
        height = plan.shrunk(plan.height, by: factor)
        line = [UInt8](repeating: 255, count: sourceWidth * 3)
        sums = [UInt32](repeating: 0, count: factor > 1 ? width * 3 : 0)
        pixels.reserveCapacity(width * height * 3)
    }

    /// What the result takes, for the limit on working memory.
    static func bytesHeld(_ plan: DecodingPlan) -> Int {
        plan.shrunk(plan.width, by: plan.shrink) * plan.shrunk(plan.height, by: plan.shrink) * 3
    }

    /// - Parameter row: as many pixels as the picture is wide, in this collector's layout.
    mutating func append(_ row: UnsafePointer<UInt8>) {
        precondition(rowsSeen < sourceHeight, "no more rows than the picture has")
        rowsSeen += 1
        if factor == 1, layout == .rgb {
            unsafe pixels.append(contentsOf: UnsafeBufferPointer(start: row, count: sourceWidth * 3))
            return
        }
        unsafe layOnWhite(row)
        if factor == 1 { pixels.append(contentsOf: line) } else { addToSums() }
    }

    private mutating func layOnWhite(_ row: UnsafePointer<UInt8>) {
        let (count, layout) = (sourceWidth, layout)
        unsafe line.withUnsafeMutableBufferPointer { line in
            switch layout {
            case .rgb:
                for index in 0..<count * 3 { unsafe line[index] = row[index] }
            case .rgba:
                for index in 0..<count {
                    let alpha = unsafe UInt32(row[4 * index + 3])
                    for channel in 0..<3 {
                        let mixed = unsafe UInt32(row[4 * index + channel]) * alpha + 255 * (255 - alpha) + 127
                        unsafe line[3 * index + channel] = UInt8(mixed / 255)
                    }
                }
            case .premultiplied:
                for index in 0..<count {
                    let rest = unsafe 255 - row[4 * index + 3]
                    for channel in 0..<3 {
                        let sum = unsafe UInt16(row[4 * index + channel]) + UInt16(rest)
                        unsafe line[3 * index + channel] = UInt8(min(255, sum))
                    }
                }
            }
        }
    }

    private mutating func addToSums() {
        let (factor, width, sourceWidth) = (factor, width, sourceWidth)
        unsafe line.withUnsafeBufferPointer { line in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                for target in 0..<width {
                    for source in target * factor..<min((target + 1) * factor, sourceWidth) {
                        for channel in 0..<3 {
                            unsafe sums[3 * target + channel] += UInt32(line[3 * source + channel])
                        }
                    }
                }
            }
        }
        rowsInSums += 1
        if rowsInSums == factor || rowsSeen == sourceHeight { emit() }
    }

    private mutating func emit() {
        for target in 0..<width {
            let columns = min((target + 1) * factor, sourceWidth) - target * factor
            let count = UInt32(columns * rowsInSums)
            for channel in 0..<3 {
                pixels.append(UInt8((sums[3 * target + channel] + count / 2) / count))
                sums[3 * target + channel] = 0
            }
        }
        rowsInSums = 0
    }

    /// The picture, once all rows were given.
    func picture(_ orientation: Orientation) throws(PictureFault) -> Picture {
        guard rowsSeen == sourceHeight else { throw .broken("rows are missing at its end") }
        return Picture(storedWidth: width, storedHeight: height, pixels: pixels, orientation: orientation)
    }
}
