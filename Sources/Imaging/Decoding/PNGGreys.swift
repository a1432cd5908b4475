/// Spreads the packed greys of a PNG with one, two or four bits for each: libspng takes several times as long for them.
struct PNGGreys {
    private let depth: Int
    private let bytesPerPixel: Int
    /// Red, green, blue and opacity of each value.
    private let colours: [UInt8]

    /// - Parameters:
    ///   - depth: 1, 2 or 4.
    ///   - transparent: the value that is not to be seen.
    ///   - layout: of the spread pixels.
    init(depth: Int, transparent: Int?, layout: RowCollector.Layout) {
        self.depth = depth
        bytesPerPixel = layout.bytesPerPixel
        let highest = 1 << depth - 1
        colours = (0...highest).flatMap { value -> [UInt8] in
            let grey = UInt8(value * 255 / highest)
            return [grey, grey, grey, value == transparent ? 0 : 255]
        }
    }

    /// Bytes of one packed row.
    func rowBytes(_ width: Int) -> Int { (width * depth + 7) / 8 }

    /// Turns `rowBytes` packed bytes into `count` pixels of the layout.
    func spread(_ packed: UnsafePointer<UInt8>, into row: UnsafeMutablePointer<UInt8>, count: Int) {
        let (depth, bytesPerPixel) = (depth, bytesPerPixel)
        let mask = UInt8(1 << depth - 1)
        unsafe colours.withUnsafeBufferPointer { colours in
            for index in 0..<count {
                let shift = 8 - depth - (index * depth) & 7
                let value = unsafe Int(packed[(index * depth) >> 3] >> UInt8(shift) & mask)
                for channel in 0..<bytesPerPixel {
                    unsafe row[index * bytesPerPixel + channel] = colours[4 * value + channel]
                }
            }
        }
    }
}
