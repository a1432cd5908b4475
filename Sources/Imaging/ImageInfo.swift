/// What a picture's head tells, read without decoding a pixel.
package struct ImageInfo: Hashable, Sendable {
    package let format: ImageFormat
    /// As stored, before EXIF turns it.
    package let storedWidth: Int
    package let storedHeight: Int
    /// 1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha or CMYK.
    package let channels: Int
    package let exif: ExifFacts

    package var orientation: Orientation { exif.orientation }
    package var width: Int { orientation.swapsSides ? storedHeight : storedWidth }
    package var height: Int { orientation.swapsSides ? storedWidth : storedHeight }

    /// Reads the head of a picture; a corrupt EXIF block only costs its facts.
    package static func probe(_ bytes: [UInt8]) throws(PictureFault) -> ImageInfo {
        try PictureHead(bytes).info
    }
}
