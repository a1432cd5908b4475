internal import CWebP

/// Decodes WebP with libwebp, lossy or lossless; of an animation its first frame.
enum WebPDecoder {
    static func decode(_ head: WebPHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let layout = head.hasAlpha ? RowCollector.Layout.premultiplied : .rgb
        let width = plan.shrunk(plan.width, by: plan.shrink)
        let height = plan.shrunk(plan.height, by: plan.shrink)
        // Lossless frames are held whole inside the library, lossy ones row by row.
        let inside = head.isLossless || head.hasAlpha ? plan.width * plan.height * 4 : 0
        try plan.check(working: inside + width * height * 7, because: "the whole WebP")

        var status = VP8_STATUS_OK
        let frame = head.frame.array()
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height * layout.bytesPerPixel) {
            buffer,
            initialized in
            unsafe status = decode(frame, into: buffer, layout, width: width, height: height, isScaled: plan.shrink > 1)
            initialized = status == VP8_STATUS_OK ? width * height * layout.bytesPerPixel : 0
        }
        guard status == VP8_STATUS_OK else { throw fault(status) }
        return layout == .rgb
            ? Picture(storedWidth: width, storedHeight: height, pixels: pixels, orientation: plan.orientation)
            : Picture(
                storedWidth: width,
                storedHeight: height,
                pixels: onWhite(pixels),
                orientation: plan.orientation
            )
    }

    private static func decode(
        _ frame: [UInt8],
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        _ layout: RowCollector.Layout,
        width: Int,
        height: Int,
        isScaled: Bool
    ) -> VP8StatusCode {
        var config = unsafe WebPDecoderConfig()
        guard unsafe WebPInitDecoderConfig(&config) != 0 else { return VP8_STATUS_INVALID_PARAM }
        unsafe config.options.use_scaling = isScaled ? 1 : 0
        unsafe config.options.scaled_width = Int32(width)
        unsafe config.options.scaled_height = Int32(height)
        unsafe config.output.colorspace = layout == .rgb ? MODE_RGB : MODE_rgbA
        unsafe config.output.is_external_memory = 1
        unsafe config.output.u.RGBA.rgba = buffer.baseAddress
        unsafe config.output.u.RGBA.stride = Int32(width * layout.bytesPerPixel)
        unsafe config.output.u.RGBA.size = width * height * layout.bytesPerPixel
        let status = unsafe frame.withUnsafeBufferPointer { source in
            unsafe WebPDecode(source.baseAddress, source.count, &config)
        }
        unsafe WebPFreeDecBuffer(&config.output)
        return status
    }

    private static func onWhite(_ pixels: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: pixels.count / 4 * 3) { buffer, initialized in
            for index in 0..<pixels.count / 4 {
                let rest = 255 - UInt16(pixels[4 * index + 3])
                for channel in 0..<3 {
                    unsafe buffer[3 * index + channel] = UInt8(min(255, UInt16(pixels[4 * index + channel]) + rest))
                }
            }
            initialized = pixels.count / 4 * 3
        }
    }

    private static func fault(_ status: VP8StatusCode) -> PictureFault {
        switch status {
        case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: .broken("the WebP ends too early")
        case VP8_STATUS_UNSUPPORTED_FEATURE: .broken("the WebP uses a feature that cannot be decoded")
        default: .broken("the WebP cannot be decoded")
        }
    }
}
