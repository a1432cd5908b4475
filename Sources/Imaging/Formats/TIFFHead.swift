/// The first page's size and facts, read from its directory.
struct TIFFHead {
    let width: Int
    let height: Int
    let channels: Int
    let exif: ExifFacts

    init(_ view: ByteView) throws(PictureFault) {
        if view.u8(at: 2) == 0x2B || view.u8(at: 3) == 0x2B {
            throw .formatNotEnabled(.tiff, cure: "This is a BigTIFF: save it as an ordinary TIFF or as JPEG.")
        }
        guard let tags = TagDirectory(block: view), let width = tags.integer(0x0100), let height = tags.integer(0x0101)
        else { throw .broken("the TIFF has no complete first page") }
        self.width = width
        self.height = height
        channels = min(tags.integer(0x0115) ?? 1, 4)
        exif = ExifFacts(tags)
    }
}
