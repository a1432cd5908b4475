extension Picture {
    /// The picture with parts of it made unrecognisable: each becomes a few flat squares.
    package func veiling(_ regions: [Region], across count: Int = 8) -> Picture {
        precondition(count > 0, "a part has squares")
        guard !regions.isEmpty else { return self }
        let upright = upright()
        let (width, height) = (upright.width, upright.height)
        var pixels = upright.pixels
        for region in regions {
            let part = region.rectangle(width: width, height: height)
            let left = max(0, Int(part.x)), right = min(width, Int((part.x + part.width).rounded(.up)))
            let top = max(0, Int(part.y)), bottom = min(height, Int((part.y + part.height).rounded(.up)))
            let side = max(1, (min(right - left, bottom - top) + count - 1) / count)
            for y in stride(from: top, to: bottom, by: side) {
                for x in stride(from: left, to: right, by: side) {
                    Self.flatten(&pixels, x..<min(x + side, right), y..<min(y + side, bottom), width: width)
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    private static func flatten(_ pixels: inout [UInt8], _ columns: Range<Int>, _ rows: Range<Int>, width: Int) {
        var sum = SIMD3<Int>.zero
        for y in rows {
            for x in columns {
                let at = (y * width + x) * 3
                sum &+= SIMD3(Int(pixels[at]), Int(pixels[at + 1]), Int(pixels[at + 2]))
            }
        }
        let mean = sum / SIMD3(repeating: columns.count * rows.count)
        for y in rows {
            for x in columns {
                let at = (y * width + x) * 3
                for channel in 0..<3 { pixels[at + channel] = UInt8(mean[channel]) }
            }
        }
    }
}
