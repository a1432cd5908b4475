internal import CSpng
internal import Glibc

extension Picture {
    /// The picture as a PNG file, upright, without loss and without any metadata.
    package func png() -> [UInt8] {
        let picture = upright()
        let context = unsafe spng_ctx_new(Int32(SPNG_CTX_ENCODER.rawValue))
        defer { unsafe spng_ctx_free(context) }
        var head = spng_ihdr()
        head.width = UInt32(picture.width)
        head.height = UInt32(picture.height)
        head.bit_depth = 8
        head.color_type = UInt8(SPNG_COLOR_TYPE_TRUECOLOR.rawValue)
        _ = unsafe spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1)
        _ = unsafe spng_set_ihdr(context, &head)
        let status = unsafe picture.pixels.withUnsafeBytes { pixels in
            let flags = Int32(SPNG_ENCODE_FINALIZE.rawValue)
            return unsafe spng_encode_image(
                context,
                pixels.baseAddress,
                pixels.count,
                Int32(SPNG_FMT_PNG.rawValue),
                flags
            )
        }
        var size = 0
        var error: Int32 = 0
        let file = unsafe spng_get_png_buffer(context, &size, &error)
        defer { unsafe free(file) }
        precondition(status == 0 && error == 0, "libspng encodes every picture that has a size")
        return unsafe Array(UnsafeRawBufferPointer(start: file, count: size))
    }
}
