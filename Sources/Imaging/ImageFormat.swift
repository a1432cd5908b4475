/// What a file's first bytes say it is; names and media types sent along are never trusted.
package enum ImageFormat: String, Hashable, Sendable, CaseIterable {
    case jpeg, png, webp, tiff, heic, avif
    /// Known only so that the refusal can name them.
    case gif, bmp, pdf

    /// `nil` when the bytes are none of these.
    package static func detect(_ bytes: [UInt8]) -> ImageFormat? {
        let view = ByteView(bytes)
        if view.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if view.starts(with: PNGHead.signature) { return .png }
        if view.hasText("RIFF", at: 0), view.hasText("WEBP", at: 8) { return .webp }
        if view.starts(with: [0x49, 0x49, 0x2A, 0]) || view.starts(with: [0x4D, 0x4D, 0, 0x2A]) { return .tiff }
        if view.starts(with: [0x49, 0x49, 0x2B, 0]) || view.starts(with: [0x4D, 0x4D, 0, 0x2B]) { return .tiff }
        if view.hasText("ftyp", at: 4) { return detectBrand(view) }
        if view.hasText("GIF8", at: 0) { return .gif }
        if view.hasText("BM", at: 0), view.count >= 26 { return .bmp }
        if view.hasText("%PDF-", at: 0) { return .pdf }
        return nil
    }

    /// ISO media files list their brands in the first box: `avif` wins, because AVIF files also claim `mif1`.
    private static func detectBrand(_ view: ByteView) -> ImageFormat? {
        guard let size = view.u32(at: 0), size >= 16 else { return nil }
        let brands = stride(from: 8, to: min(Int(size), view.count, 256) - 3, by: 4)
            .filter { $0 != 12 }
            .compactMap { view.text(at: $0, count: 4) }
        if brands.contains("avif") || brands.contains("avis") { return .avif }
        let isHEIC = brands.contains { ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains($0) }
        return isHEIC ? .heic : nil
    }

    /// How people call it.
    package var name: String {
        switch self {
        case .webp: "WebP"
        default: rawValue.uppercased()
        }
    }

    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        default: "image/\(rawValue)"
        }
    }

    package var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .tiff: "tif"
        default: rawValue
        }
    }
}
