internal import CHEIF
internal import Glibc

/// libheif, opened at run time where it is installed: nothing else needs it, and its decoders are large.
///
/// Unchecked because function pointers are not `Sendable`: they are written once, before anyone sees the object.
@safe final class HEIFLibrary: @unchecked Sendable {
    let call: cheif_functions

    private static let installed = HEIFLibrary(named: "libheif.so.1")

    /// `nil` when the library or one of its functions is missing.
    init?(named name: String) {
        guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else { return nil }
        var functions = cheif_functions()
        guard unsafe cheif_load(library, &functions) != 0 else { return nil }
        call = functions  // never closed: it lives as long as the process
    }

    /// The library, if it can decode this format.
    static func shared(for format: ImageFormat) throws(PictureFault) -> HEIFLibrary {
        try check(installed, for: format)
    }

    static func check(_ library: HEIFLibrary?, for format: ImageFormat) throws(PictureFault) -> HEIFLibrary {
        let compression = format == .avif ? heif_compression_AV1 : heif_compression_HEVC
        let plugin = format == .avif ? "libheif-plugin-dav1d" : "libheif-plugin-libde265"
        guard let library else {
            throw .formatNotEnabled(
                format,
                cure: "Install the package libheif1 on the server (from Debian 13 on, also \(plugin)), or send JPEG."
            )
        }
        guard library.call.have_decoder_for_format(compression) != 0 else {
            throw .formatNotEnabled(format, cure: "Install the package \(plugin) on the server, or send JPEG.")
        }
        return library
    }

    func probe(_ bytes: [UInt8], format: ImageFormat) throws(PictureFault) -> ImageInfo {
        try withImage(bytes) { (image: borrowing HEIFImage) throws(PictureFault) in
            var exif = image.exif.map { ExifFacts(block: ByteView($0)) } ?? ExifFacts()
            exif.orientation = .up  // the container's own turn is applied while decoding, and EXIF repeats it
            return ImageInfo(
                format: format,
                storedWidth: image.width,
                storedHeight: image.height,
                channels: image.hasAlpha ? 4 : 3,
                exif: exif
            )
        }
    }

    func decode(_ bytes: [UInt8], _ plan: DecodingPlan) throws(PictureFault) -> Picture {
        // Planes, their colour conversion and a turned copy, all of the whole picture.
        try plan.check(working: plan.width * plan.height * 8, because: "a HEIC or AVIF picture")
        return try withImage(bytes) { (image: borrowing HEIFImage) throws(PictureFault) in try image.decode(plan) }
    }

    private func withImage<Value>(
        _ bytes: [UInt8],
        _ body: (borrowing HEIFImage) throws(PictureFault) -> Value
    ) throws(PictureFault) -> Value {
        let result: Result<Value, PictureFault> = unsafe bytes.withUnsafeBytes { source in
            Result { () throws(PictureFault) in
                let image = try unsafe HEIFImage(self, source)
                return try body(image)
            }
        }
        return try result.get()
    }
}
