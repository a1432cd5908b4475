internal import CSpng

/// Decodes PNG with libspng: any depth, palette or interlacing; of an animation its still picture.
@safe struct PNGDecoder: ~Copyable {
    private let context: OpaquePointer

    init() throws(PictureFault) {
        guard let context = unsafe spng_ctx_new(0) else { throw .broken("no memory to decode it") }
        unsafe self.context = context
    }

    deinit { unsafe spng_ctx_free(context) }

    borrowing func decode(_ bytes: [UInt8], _ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        try plan.limits.check(png: plan.width, plan.height, isDeep: head.bitDepth == 16)
        let result: Result<Picture, PictureFault> = unsafe bytes.withUnsafeBufferPointer { source in
            Result { () throws(PictureFault) in
                try unsafe start(source, plan)
                return head.isInterlaced ? try decodeWhole(head, plan) : try decodeRows(head, plan)
            }
        }
        return try result.get()
    }

    private borrowing func start(_ source: UnsafeBufferPointer<UInt8>, _ plan: DecodingPlan) throws(PictureFault) {
        _ = unsafe spng_set_image_limits(context, UInt32(plan.width), UInt32(plan.height))
        _ = unsafe spng_set_chunk_limits(context, 8 << 20, 16 << 20)
        // A damaged comment or profile is no reason to refuse the picture.
        _ = unsafe spng_set_crc_action(context, Int32(SPNG_CRC_ERROR.rawValue), Int32(SPNG_CRC_DISCARD.rawValue))
        try check(unsafe spng_set_png_buffer(context, source.baseAddress, source.count))
    }

    /// How rows come from libspng, and how they become pixels.
    private struct Rows {
        let layout: RowCollector.Layout
        /// `nil` where libspng itself gives pixels of the layout.
        let greys: PNGGreys?
        let bytes: Int

        var format: Int32 {
            if greys != nil { return Int32(SPNG_FMT_RAW.rawValue) }
            return Int32(layout == .rgb ? SPNG_FMT_RGB8.rawValue : SPNG_FMT_RGBA8.rawValue)
        }

        /// Transparent colours become alpha in pixels, never in packed rows.
        var flags: UInt32 { greys == nil ? SPNG_DECODE_TRNS.rawValue : 0 }
    }

    /// Alpha comes from its own channel or from a transparent colour.
    ///
    /// This reads every chunk before the pixels. What is wrong there is said here or never: libspng answers the next
    /// call only that it can't go on.
    private borrowing func rows(_ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Rows {
        var transparency = spng_trns()
        let status = unsafe spng_get_trns(context, &transparency)
        let hasTransparency = status == 0
        guard hasTransparency || status == Int32(SPNG_ECHUNKAVAIL.rawValue) else { throw Self.fault(status) }
        let layout: RowCollector.Layout = hasTransparency || head.channels == 2 || head.channels == 4 ? .rgba : .rgb
        guard head.channels == 1, head.bitDepth < 8 else {
            return Rows(layout: layout, greys: nil, bytes: plan.width * layout.bytesPerPixel)
        }
        let greys = PNGGreys(
            depth: head.bitDepth,
            transparent: hasTransparency ? Int(transparency.gray) : nil,
            layout: layout
        )
        return Rows(layout: layout, greys: greys, bytes: greys.rowBytes(plan.width))
    }

    private borrowing func decodeRows(_ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let rows = try rows(head, plan)
        try plan.check(working: RowCollector.bytesHeld(plan), because: "the whole picture")
        var collector = RowCollector(plan, layout: rows.layout)
        try begin(rows, flags: rows.flags | SPNG_DECODE_PROGRESSIVE.rawValue)
        var row = [UInt8](repeating: 0, count: rows.bytes)
        var pixels = Self.room(for: rows, plan)
        for index in 0..<plan.height {
            let status = unsafe row.withUnsafeMutableBufferPointer { row in
                let status = unsafe spng_decode_row(context, row.baseAddress, row.count)
                if let base = row.baseAddress, Self.isProgress(status, last: index == plan.height - 1) {
                    unsafe Self.append(base, rows, plan, &pixels, to: &collector)
                }
                return status
            }
            guard Self.isProgress(status, last: index == plan.height - 1) else { throw Self.fault(status) }
        }
        return try collector.picture(plan.orientation)
    }

    /// Where one row of packed greys is spread.
    private static func room(for rows: Rows, _ plan: DecodingPlan) -> [UInt8] {
        [UInt8](repeating: 0, count: rows.greys == nil ? 0 : plan.width * rows.layout.bytesPerPixel)
    }

    private static func append(
        _ row: UnsafePointer<UInt8>,
        _ rows: Rows,
        _ plan: DecodingPlan,
        _ room: inout [UInt8],
        to collector: inout RowCollector
    ) {
        guard let greys = rows.greys else { return unsafe collector.append(row) }
        unsafe room.withUnsafeMutableBufferPointer { room in
            guard let pixels = room.baseAddress else { return }
            unsafe greys.spread(row, into: pixels, count: plan.width)
            unsafe collector.append(pixels)
        }
    }

    /// libspng answers the last row with `SPNG_EOI`.
    private static func isProgress(_ status: Int32, last: Bool) -> Bool {
        status == 0 || last && status == Int32(SPNG_EOI.rawValue)
    }

    private borrowing func decodeWhole(_ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let rows = try rows(head, plan)
        let working = rows.bytes * plan.height + RowCollector.bytesHeld(plan)
        try plan.check(working: working, because: "an interlaced PNG")
        var whole = [UInt8](repeating: 0, count: rows.bytes * plan.height)
        let status = unsafe whole.withUnsafeMutableBufferPointer { buffer in
            unsafe spng_decode_image(context, buffer.baseAddress, buffer.count, rows.format, Int32(rows.flags))
        }
        try check(status)
        var collector = RowCollector(plan, layout: rows.layout)
        var pixels = Self.room(for: rows, plan)
        unsafe whole.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<plan.height {
                unsafe Self.append(base + row * rows.bytes, rows, plan, &pixels, to: &collector)
            }
        }
        return try collector.picture(plan.orientation)
    }

    private borrowing func begin(_ rows: Rows, flags: UInt32) throws(PictureFault) {
        try check(unsafe spng_decode_image(context, nil, 0, rows.format, Int32(flags)))
    }

    private borrowing func check(_ status: Int32) throws(PictureFault) {
        if status != 0 { throw Self.fault(status) }
    }

    private static func fault(_ status: Int32) -> PictureFault {
        if status == Int32(SPNG_IO_EOF.rawValue) || status == Int32(SPNG_EOI.rawValue) {
            return .broken("the PNG ends too early")
        }
        return .broken("the PNG \(words(status))")
    }

    /// The commonest faults in words of ours, the others in those of libspng.
    private static func words(_ status: Int32) -> String {
        switch status {
        case SPNG_ECOLOR_TYPE.rawValue: "names a colour type that does not exist"
        case SPNG_EBIT_DEPTH.rawValue: "names a colour depth that does not go with its colour type"
        case SPNG_ENOPLTE.rawValue: "lacks its palette"
        case SPNG_ECHUNK_SIZE.rawValue, SPNG_ECHUNK_STDLEN.rawValue: "has a block of an impossible length"
        case SPNG_ECHUNK_LIMITS.rawValue: "holds a colour profile or comments larger than allowed"
        default:
            "cannot be decoded (\(unsafe spng_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"))"
        }
    }
}
