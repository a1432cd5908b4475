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

    /// By which whole number rows are averaged as they come.
    ///
    /// Twice the wanted side remains, so that the final resizing hardly notices.
    var shrink: Int {
        var factor = excess(keeping: 2)
        while !fits(factor) { factor += 1 }
        return factor
    }

    /// The power of two, up to 8, by which JPEG is shrunk inside its transform: for these turbojpeg has vector code.
    var powerOfTwoShrink: Int {
        let excess = excess(keeping: 1)
        var factor = excess >= 8 ? 8 : excess >= 4 ? 4 : excess >= 2 ? 2 : 1
        while factor < 8, !fits(factor) { factor *= 2 }
        return factor
    }

    /// What a result may have that need not keep every pixel: with a tiny part of a huge picture, detail gives way.
    private static let mostPixelsKept = 24_000_000

    private func fits(_ factor: Int) -> Bool {
        side == nil || shrunk(width, by: factor) * shrunk(height, by: factor) <= Self.mostPixelsKept
    }

    private func excess(keeping times: Int) -> Int {
        guard let side, side > 0 else { return 1 }
        return max(1, Int(cropSide) / (side * times))
    }

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
