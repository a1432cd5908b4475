/// Eight-bit RGB pixels that stand upright for everyone outside this module.
///
/// The orientation of the file is kept beside the stored pixels and applied wherever they are read,
/// so that a turned photo costs no second copy.
package struct Picture: Sendable {
    let pixels: [UInt8]
    let storedWidth: Int
    let storedHeight: Int
    package let orientation: Orientation

    package var width: Int { orientation.swapsSides ? storedHeight : storedWidth }
    package var height: Int { orientation.swapsSides ? storedWidth : storedHeight }

    /// Takes red, green and blue of each pixel, row by row, without padding.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        self.init(storedWidth: width, storedHeight: height, pixels: pixels, orientation: .up)
    }

    init(storedWidth: Int, storedHeight: Int, pixels: [UInt8], orientation: Orientation) {
        precondition(storedWidth > 0 && storedHeight > 0, "a picture has pixels")
        precondition(pixels.count == storedWidth * storedHeight * 3, "three bytes for each pixel")
        self.pixels = pixels
        self.storedWidth = storedWidth
        self.storedHeight = storedHeight
        self.orientation = orientation
    }

    /// Decodes the bytes of a file; give `atLeast` where a small result is enough, and time and memory shrink with it.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - limits: what the picture may cost.
    ///   - side: how many pixels the shorter side of `crop` must keep; `nil` decodes every pixel.
    ///   - crop: the part that will be used.
    /// - Returns: the picture, at most as large as it is stored.
    /// - Throws: `PictureFault`, in words for the sender.
    package static func decode(
        _ bytes: [UInt8],
        limits: PictureLimits = PictureLimits(),
        atLeast side: Int? = nil,
        crop: Crop = .centreSquare
    ) throws(PictureFault) -> Picture {
        try limits.check(byteCount: bytes.count)
        let head = try PictureHead(bytes)
        try limits.check(width: head.info.width, height: head.info.height)
        return try head.decode(bytes, DecodingPlan(info: head.info, side: side, crop: crop, limits: limits))
    }

    /// Red, green and blue at an upright position.
    package subscript(x: Int, y: Int) -> SIMD3<UInt8> {
        precondition(x >= 0 && x < width && y >= 0 && y < height, "inside the picture")
        let point = orientation.stored(x: x, y: y, width: storedWidth, height: storedHeight)
        let start = (point.y * storedWidth + point.x) * 3
        return SIMD3(pixels[start], pixels[start + 1], pixels[start + 2])
    }
}

extension Picture: CustomStringConvertible, CustomReflectable {
    /// Its size; a log or a failed test has no use for millions of numbers.
    package var description: String { "picture of \(width) x \(height) pixels" }
    package var customMirror: Mirror { Mirror(self, children: ["width": width, "height": height]) }
}
