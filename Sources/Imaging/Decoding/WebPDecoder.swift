internal import CWebP

/// Decodes WebP with libwebp, lossy or lossless; of an animation its first frame.
enum WebPDecoder {
    /// What libwebp reads in the head of the image that it would decode.
    struct Features {
        let width: Int
        let height: Int
        let hasAlpha: Bool
        let isLossless: Bool
    }

    /// Reads the head of a WebP file, or of the image chunks of one frame of an animation, as libwebp does.
    static func features(of frame: ByteView) throws(PictureFault) -> Features {
        var features = WebPBitstreamFeatures()
        let status = unsafe frame.withUnsafeBytes { source in
            unsafe WebPGetFeatures(source.baseAddress, source.count, &features)
        }
        guard status == VP8_STATUS_OK else { throw fault(status) }
        guard features.has_animation == 0 else { throw .broken("the animated WebP has no frame") }
        return Features(
            width: Int(features.width),
            height: Int(features.height),
            hasAlpha: features.has_alpha != 0,
            isLossless: features.format == 2
        )
    }

    static func decode(_ head: WebPHead, _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        let layout = head.hasAlpha ? RowCollector.Layout.premultiplied : .rgb
        let width = plan.shrunk(plan.width, by: plan.shrink)
        let height = plan.shrunk(plan.height, by: plan.shrink)
        // Lossless frames are held whole inside the library, lossy ones row by row.
        let inside = head.isLossless || head.hasAlpha ? plan.width * plan.height * 4 : 0
        try plan.check(working: inside + width * height * 7, because: "the whole WebP")

        var pixels = [UInt8](repeating: 0, count: width * height * layout.bytesPerPixel)
        let status = unsafe pixels.withUnsafeMutableBufferPointer { buffer in
            unsafe decode(head.frame, into: buffer, layout, plan, width: width, height: height)
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
        _ frame: ByteView,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        _ layout: RowCollector.Layout,
        _ plan: DecodingPlan,
        width: Int,
        height: Int
    ) -> VP8StatusCode {
        var config = unsafe WebPDecoderConfig()
        guard unsafe WebPInitDecoderConfig(&config) != 0 else { return VP8_STATUS_INVALID_PARAM }
        unsafe config.options.use_scaling = plan.shrink > 1 ? 1 : 0
        unsafe config.options.scaled_width = Int32(width)
        unsafe config.options.scaled_height = Int32(height)
        unsafe config.output.colorspace = layout == .rgb ? MODE_RGB : MODE_rgbA
        unsafe config.output.is_external_memory = 1
        unsafe config.output.u.RGBA.rgba = buffer.baseAddress
        unsafe config.output.u.RGBA.stride = Int32(width * layout.bytesPerPixel)
        unsafe config.output.u.RGBA.size = buffer.count
        let status = unsafe frame.withUnsafeBytes { source in
            unsafe WebPDecode(source.baseAddress, source.count, &config)
        }
        unsafe WebPFreeDecBuffer(&config.output)
        guard status == VP8_STATUS_OK else { return status }
        // Another size than planned would leave a part of the buffer unwritten.
        let isAsPlanned =
            unsafe Int(config.input.width) == plan.width && Int(config.input.height) == plan.height
            && Int(config.output.width) == width && Int(config.output.height) == height
        return isAsPlanned ? status : VP8_STATUS_BITSTREAM_ERROR
    }

    private static func onWhite(_ pixels: [UInt8]) -> [UInt8] {
        var colours = [UInt8](repeating: 255, count: pixels.count / 4 * 3)
        for index in 0..<pixels.count / 4 {
            let rest = 255 - UInt16(pixels[4 * index + 3])
            for channel in 0..<3 {
                colours[3 * index + channel] = UInt8(min(255, UInt16(pixels[4 * index + channel]) + rest))
            }
        }
        return colours
    }

    private static func fault(_ status: VP8StatusCode) -> PictureFault {
        switch status {
        case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: .broken("the WebP ends too early")
        case VP8_STATUS_UNSUPPORTED_FEATURE: .broken("the WebP uses a feature that cannot be decoded")
        default: .broken("the WebP cannot be decoded")
        }
    }
}
