extension Picture {
    /// Brightness from 0 to 255 (BT.601) of a part of the picture at another size, row by row.
    func luminance(width: Int, height: Int, crop: Crop = .whole) -> [Float] {
        let small = resized(width: width, height: height, crop: crop)
        return small.luminance()
    }

    /// Brightness of every stored pixel, from 0 to 255.
    func luminance() -> [Float] {
        var grey = [Float](repeating: 0, count: storedWidth * storedHeight)
        for index in grey.indices {
            let red = Float(pixels[3 * index])
            let green = Float(pixels[3 * index + 1])
            let blue = Float(pixels[3 * index + 2])
            grey[index] = 0.299 * red + 0.587 * green + 0.114 * blue
        }
        return grey
    }
}
