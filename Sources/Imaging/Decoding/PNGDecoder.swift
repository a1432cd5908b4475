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

    /// Alpha comes from its own channel or from a transparent colour.
    private borrowing func layout(_ head: PNGHead) -> RowCollector.Layout {
        var transparency = spng_trns()
        let hasTransparency = unsafe spng_get_trns(context, &transparency) == 0
        return hasTransparency || head.channels == 2 || head.channels == 4 ? .rgba : .rgb
    }

    private borrowing func decodeRows(_ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let layout = layout(head)
        try plan.check(working: RowCollector.bytesHeld(plan), because: "the whole picture")
        var collector = RowCollector(plan, layout: layout)
        try begin(layout, flags: SPNG_DECODE_TRNS.rawValue | SPNG_DECODE_PROGRESSIVE.rawValue)
        var row = [UInt8](repeating: 0, count: plan.width * layout.bytesPerPixel)
        for index in 0..<plan.height {
            let status = unsafe row.withUnsafeMutableBufferPointer { row in
                let status = unsafe spng_decode_row(context, row.baseAddress, row.count)
                if let base = row.baseAddress, Self.isProgress(status, last: index == plan.height - 1) {
                    unsafe collector.append(base)
                }
                return status
            }
            guard Self.isProgress(status, last: index == plan.height - 1) else { throw Self.fault(status) }
        }
        return try collector.picture(plan.orientation)
    }

    /// libspng answers the last row with `SPNG_EOI`.
    private static func isProgress(_ status: Int32, last: Bool) -> Bool {
        status == 0 || last && status == Int32(SPNG_EOI.rawValue)
    }

    private borrowing func decodeWhole(_ head: PNGHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let layout = layout(head)
        let stride = plan.width * layout.bytesPerPixel
        let working = stride * plan.height + RowCollector.bytesHeld(plan)
        try plan.check(working: working, because: "an interlaced PNG")
        var status: Int32 = 0
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: stride * plan.height) { buffer, initialized in
            status = unsafe spng_decode_image(
                context,
                buffer.baseAddress,
                stride * plan.height,
                Self.format(layout),
                Int32(SPNG_DECODE_TRNS.rawValue)
            )
            initialized = status == 0 ? stride * plan.height : 0
        }
        try check(status)
        var collector = RowCollector(plan, layout: layout)
        unsafe pixels.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<plan.height { unsafe collector.append(base + row * stride) }
        }
        return try collector.picture(plan.orientation)
    }

    private borrowing func begin(_ layout: RowCollector.Layout, flags: UInt32) throws(PictureFault) {
        try check(unsafe spng_decode_image(context, nil, 0, Self.format(layout), Int32(flags)))
    }

    private static func format(_ layout: RowCollector.Layout) -> Int32 {
        Int32(layout == .rgb ? SPNG_FMT_RGB8.rawValue : SPNG_FMT_RGBA8.rawValue)
    }

    private borrowing func check(_ status: Int32) throws(PictureFault) {
        if status != 0 { throw Self.fault(status) }
    }

    private static func fault(_ status: Int32) -> PictureFault {
        if status == Int32(SPNG_IO_EOF.rawValue) || status == Int32(SPNG_EOI.rawValue) {
            return .broken("the PNG ends too early")
        }
        let reason = unsafe spng_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"
        return .broken("the PNG cannot be decoded (\(reason))")
    }
}
