/// The chunks of a WebP file: where its (first) frame lies, and its EXIF block.
struct WebPHead {
    let width: Int
    let height: Int
    let hasAlpha: Bool
    let isLossless: Bool
    /// What libwebp decodes: the whole file, or the first frame of an animation.
    let frame: ByteView
    let exif: ByteView?

    init(_ view: ByteView) throws(PictureFault) {
        var exif: ByteView?
        var firstFrame: ByteView?
        var isAnimated = false
        for chunk in Chunks(view: view, offset: 12) {
            switch chunk.kind {
            case "VP8X": isAnimated = (chunk.content.u8(at: 0) ?? 0) & 2 != 0
            case "ANMF" where firstFrame == nil: firstFrame = chunk.content.suffix(from: 16)
            case "EXIF": exif = chunk.content
            default: break
            }
        }
        if isAnimated, firstFrame == nil { throw .broken("the animated WebP has no frame") }
        frame = firstFrame ?? view
        self.exif = exif?.hasText("Exif", at: 0) == true ? exif?.suffix(from: 6) : exif

        // Only libwebp says what it will decode: a file may hold more images than the one it takes.
        let features = try WebPDecoder.features(of: frame)
        width = features.width
        height = features.height
        hasAlpha = features.hasAlpha
        isLossless = features.isLossless
    }

    /// RIFF chunks, padded to even lengths; a chunk cut short is given as far as it goes.
    private struct Chunks: Sequence, IteratorProtocol {
        let view: ByteView
        var offset: Int
        var seen = 0

        init(view: ByteView, offset: Int) {
            self.view = view
            self.offset = offset
        }

        mutating func next() -> (kind: String, content: ByteView)? {
            guard seen < 10_000, let kind = view.text(at: offset, count: 4),
                let size = view.u32(at: offset + 4, littleEndian: true)
            else { return nil }
            let start = offset + 8
            let content = view.slice(at: start, count: Int(size)) ?? view.suffix(from: start)
            offset = start + Int(size) + Int(size & 1)
            seen += 1
            return (kind, content)
        }
    }
}
