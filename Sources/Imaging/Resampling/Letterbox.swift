/// Where a picture, or a part of one, lies inside a frame of another shape: at its top left, as large as fits.
package struct Letterbox: Hashable, Sendable {
    /// Of the frame.
    package let width: Int
    package let height: Int
    /// Of the picture in it.
    package let usedWidth: Int
    package let usedHeight: Int
    fileprivate let crop: Crop

    package init(_ picture: Picture, crop: Crop = .whole, width: Int, height: Int) {
        self.width = width
        self.height = height
        self.crop = crop
        let part = crop.rectangle(width: picture.width, height: picture.height)
        let scale = min(Double(width) / part.width, Double(height) / part.height)
        usedWidth = min(width, max(1, Int((part.width * scale).rounded())))
        usedHeight = min(height, max(1, Int((part.height * scale).rounded())))
    }
}

extension Picture {
    /// The picture, or the part that is meant, in a frame whose rest has one grey.
    package func framed(in box: Letterbox, grey: UInt8) -> Picture {
        let small = resized(width: box.usedWidth, height: box.usedHeight, crop: box.crop)
        guard box.usedWidth < box.width || box.usedHeight < box.height else { return small }
        var pixels = [UInt8](repeating: grey, count: box.width * box.height * 3)
        let line = box.usedWidth * 3
        for row in 0..<box.usedHeight {
            let start = row * box.width * 3
            pixels.replaceSubrange(start..<start + line, with: small.pixels[row * line..<(row + 1) * line])
        }
        return Picture(width: box.width, height: box.height, pixels: pixels)
    }
}
