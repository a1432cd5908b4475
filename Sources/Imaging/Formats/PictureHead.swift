/// A picture's head in its own format, with what its decoder needs to know.
struct PictureHead {
    let info: ImageInfo
    let details: Details

    enum Details {
        case jpeg(JPEGHead)
        case png(PNGHead)
        case webp(WebPHead)
        case tiff
        case heif(HEIFLibrary)
    }

    init(_ bytes: [UInt8]) throws(PictureFault) {
        guard !bytes.isEmpty else { throw .notAPicture("it is empty") }
        guard let format = ImageFormat.detect(bytes) else { throw .notAPicture(Self.guess(bytes)) }
        let view = ByteView(bytes)
        switch format {
        case .jpeg:
            let head = try JPEGHead(view)
            details = .jpeg(head)
            info = Self.info(format, head.width, head.height, head.components, exif: head.exif)
        case .png:
            let head = try PNGHead(view)
            details = .png(head)
            info = Self.info(format, head.width, head.height, head.channels, exif: head.exif)
        case .webp:
            let head = try WebPHead(view)
            details = .webp(head)
            info = Self.info(format, head.width, head.height, head.hasAlpha ? 4 : 3, exif: head.exif)
        case .tiff:
            let head = try TIFFHead(view)
            details = .tiff
            info = ImageInfo(
                format: format,
                storedWidth: head.width,
                storedHeight: head.height,
                channels: head.channels,
                exif: head.exif
            )
        case .heic, .avif:
            let library = try HEIFLibrary.shared(for: format)
            details = .heif(library)
            info = try library.probe(bytes, format: format)
        case .gif, .bmp, .pdf:
            throw .formatNotEnabled(format, cure: "Save it as JPEG, PNG, WebP or TIFF.")
        }
    }

    private static func info(
        _ format: ImageFormat,
        _ width: Int,
        _ height: Int,
        _ channels: Int,
        exif: ByteView?
    ) -> ImageInfo {
        ImageInfo(
            format: format,
            storedWidth: width,
            storedHeight: height,
            channels: channels,
            exif: exif.map(ExifFacts.init(block:)) ?? ExifFacts()
        )
    }

    /// Says what the file rather looks like, without repeating any of it.
    private static func guess(_ bytes: [UInt8]) -> String {
        let start = bytes.prefix(512)
        if start.allSatisfy({ $0 == 0 }) { return "it holds only zeros" }
        let isText = start.allSatisfy { $0 >= 0x20 || $0 == 9 || $0 == 10 || $0 == 13 }
        return isText ? "it looks like text" : "its first bytes belong to no format known here"
    }
}
