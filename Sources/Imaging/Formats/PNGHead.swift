/// The header chunk of a PNG file, and its EXIF block if it has one.
struct PNGHead {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    let width: Int
    let height: Int
    let bitDepth: Int
    let channels: Int
    let isInterlaced: Bool
    private(set) var exif: ByteView?

    init(_ view: ByteView) throws(PictureFault) {
        guard view.hasText("IHDR", at: 12), let width = view.u32(at: 16), let height = view.u32(at: 20),
            let depth = view.u8(at: 24), let colour = view.u8(at: 25), let interlace = view.u8(at: 28)
        else { throw .broken("the PNG has no complete header") }
        self.width = Int(width)
        self.height = Int(height)
        bitDepth = Int(depth)
        channels =
            switch colour {
            case 0: 1
            case 3: 3
            case 4: 2
            case 6: 4
            default: 3
            }
        isInterlaced = interlace != 0
        exif = Self.findEXIF(view)
    }

    private static func findEXIF(_ view: ByteView) -> ByteView? {
        var offset = 8
        var chunks = 0
        while chunks < 10_000, let length = view.u32(at: offset), let kind = view.text(at: offset + 4, count: 4) {
            if kind == "eXIf" { return view.slice(at: offset + 8, count: Int(length)) }
            if kind == "IEND" { break }
            offset += Int(length) + 12
            chunks += 1
        }
        return nil
    }
}
