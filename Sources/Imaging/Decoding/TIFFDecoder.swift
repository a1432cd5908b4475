internal import CTIFF

/// Decodes the first page of a TIFF with libtiff, a band of rows at a time.
@safe struct TIFFDecoder: ~Copyable {
    private let file: OpaquePointer
    private let source: TIFFSource
    private let plan: DecodingPlan

    init(_ bytes: [UInt8], _ plan: DecodingPlan) throws(PictureFault) {
        let source = TIFFSource(bytes)
        guard let file = unsafe source.open(maximumAllocation: plan.limits.memory) else {
            throw .broken("the TIFF is damaged or ends too early")
        }
        unsafe self.file = file
        self.source = source
        self.plan = plan
    }

    deinit { unsafe TIFFClose(file) }

    borrowing func decode() throws(PictureFault) -> Picture {
        let rows = bandHeight()
        let band = rows * plan.width * 4
        // Beside the band, libtiff holds one strip or row of tiles as stored.
        let stored = unsafe Int(clamping: TIFFIsTiled(file) != 0 ? TIFFTileSize64(file) : TIFFStripSize64(file))
        let working = band + stored + RowCollector.bytesHeld(plan)
        try plan.check(working: working, because: "a TIFF stored in one piece")

        var image = unsafe TIFFRGBAImage()
        var message = [CChar](repeating: 0, count: 1_024)
        guard unsafe TIFFRGBAImageBegin(&image, file, 1, &message) != 0 else {
            throw .formatNotEnabled(.tiff, cure: "Save this one with 8 or 16 bits for each colour, or as JPEG.")
        }
        defer { unsafe TIFFRGBAImageEnd(&image) }
        guard unsafe Int(image.width) == plan.width && Int(image.height) == plan.height else {
            throw .broken("the TIFF contradicts itself about its size")
        }
        // Rows stay as stored: the picture carries the orientation.
        unsafe image.req_orientation = image.orientation
        return try unsafe decode(&image, rowsPerBand: rows)
    }

    private borrowing func decode(_ image: inout TIFFRGBAImage, rowsPerBand: Int) throws(PictureFault) -> Picture {
        var collector = RowCollector(plan, layout: .premultiplied)
        var band = [UInt32](repeating: 0, count: rowsPerBand * plan.width)
        for top in stride(from: 0, to: plan.height, by: rowsPerBand) {
            let rows = min(rowsPerBand, plan.height - top)
            unsafe image.row_offset = Int32(top)
            unsafe image.col_offset = 0
            let isRead = unsafe band.withUnsafeMutableBufferPointer { band in
                guard unsafe TIFFRGBAImageGet(&image, band.baseAddress, UInt32(plan.width), UInt32(rows)) != 0,
                    let base = band.baseAddress
                else { return false }
                // Packed as ABGR in host order, which is RGBA in memory on every machine we build for.
                unsafe base.withMemoryRebound(to: UInt8.self, capacity: band.count * 4) { bytes in
                    for row in 0..<rows { unsafe collector.append(bytes + row * plan.width * 4) }
                }
                return true
            }
            guard isRead else { throw .broken("the TIFF is damaged or ends too early") }
        }
        return try collector.picture(plan.orientation)
    }

    /// Whole strips or rows of tiles, so that none is decoded twice.
    private borrowing func bandHeight() -> Int {
        let isTiled = unsafe TIFFIsTiled(file) != 0
        let tag = UInt32(isTiled ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP)
        var rows: UInt32 = 0
        guard unsafe ctiff_get_u32(file, tag, &rows) != 0, rows > 0 else { return plan.height }
        return min(Int(rows), plan.height)
    }
}
