/// How much of a picture's detail its decoder must keep, and what it may spend.
struct DecodingPlan {
    let width: Int
    let height: Int
    let orientation: Orientation
    let limits: PictureLimits
    /// The shorter side of the part that will be used, in stored pixels.
    private let cropSide: Double
    private let side: Int?

    init(info: ImageInfo, side: Int?, crop: Crop, limits: PictureLimits) {
        width = info.storedWidth
        height = info.storedHeight
        orientation = info.orientation
        self.limits = limits
        self.side = side
        let part = crop.rectangle(width: info.width, height: info.height)
        cropSide = min(part.width, part.height)
    }

    /// The largest whole number by which both sides may be divided.
    var shrink: Int {
        guard let side, side > 0 else { return 1 }
        return max(1, min(Int(cropSide) / side, min(width, height)))
    }

    /// The same, as the powers of two for which turbojpeg has vector code.
    var powerOfTwoShrink: Int { shrink >= 8 ? 8 : shrink >= 4 ? 4 : shrink >= 2 ? 2 : 1 }

    func shrunk(_ length: Int, by factor: Int) -> Int { (length + factor - 1) / factor }

    func check(working bytes: Int, because reason: String) throws(PictureFault) {
        try limits.check(working: bytes, width: width, height: height, because: reason)
    }
}

extension PictureHead {
    func decode(_ bytes: [UInt8], _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        switch details {
        case .jpeg(let head): try JPEGDecoder().decode(bytes, head, plan)
        case .png(let head): try PNGDecoder().decode(bytes, head, plan)
        case .webp(let head): try WebPDecoder.decode(head, plan)
        case .tiff: try TIFFDecoder(bytes, plan).decode()
        case .heif(let library): try library.decode(bytes, plan)
        }
    }
}
