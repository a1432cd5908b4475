extension Picture {
    /// A part of the picture at another size, upright.
    package func resized(width: Int, height: Int, crop: Crop = .whole) -> Picture {
        resized(part: crop.rectangle(width: self.width, height: self.height), width: width, height: height)
    }

    private func resized(part: Rectangle, width: Int, height: Int) -> Picture {
        precondition(width > 0 && height > 0, "a picture has pixels")
        let resampler = Resampler(self, part: part, width: width, height: height)
        let (origin, columnStride, rowStride) = resampler.strides
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        unsafe pixels.withUnsafeMutableBufferPointer { buffer in
            unsafe resampler.forEachRow { row, colours in
                for column in 0..<resampler.storedWidth {
                    let target = (origin + row * rowStride + column * columnStride) * 3
                    for channel in 0..<3 {
                        unsafe buffer[target + channel] = UInt8(colours[4 * column + channel] + 0.5)
                    }
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    /// The whole picture with its longer side brought down to `longSide`; never enlarged.
    package func resized(longSide: Int) -> Picture {
        let longest = max(width, height)
        guard longest > longSide else { return upright() }
        let scale = Double(longSide) / Double(longest)
        return resized(
            width: max(1, Int((Double(width) * scale).rounded())),
            height: max(1, Int((Double(height) * scale).rounded()))
        )
    }

    /// A part of the picture at its own size, its edges on whole pixels.
    package func cropped(_ crop: Crop) -> Picture {
        let part = crop.rectangle(width: width, height: height)
        let left = min(Int(part.x.rounded()), width - 1)
        let top = min(Int(part.y.rounded()), height - 1)
        let right = min(max(Int((part.x + part.width).rounded()), left + 1), width)
        let bottom = min(max(Int((part.y + part.height).rounded()), top + 1), height)
        let whole = Rectangle(
            x: Double(left),
            y: Double(top),
            width: Double(right - left),
            height: Double(bottom - top)
        )
        return resized(part: whole, width: right - left, height: bottom - top)
    }

    /// The picture with its pixels stored as they are seen.
    package func upright() -> Picture {
        orientation == .up ? self : resized(width: width, height: height)
    }
}
