/// How the bytes of an entry are kept.
package enum ZipCompression: Hashable, Sendable {
    /// By the name: what is compressed already is stored, the rest is deflated.
    case automatic
    case deflate
    /// As they are. Needs the size in advance; without it the entry is deflated all the same.
    case store

    private static let compressed: Set<String> = [
        "7z", "aac", "avif", "br", "bz2", "docx", "flac", "gif", "gz", "heic", "heif", "jpeg", "jpg", "m4a", "m4v",
        "mkv",
        "mov", "mp3", "mp4", "odt", "ogg", "opus", "png", "pptx", "tgz", "webm", "webp", "woff2", "xlsx", "xz", "zip",
        "zst",
    ]

    func stores(_ name: String) -> Bool {
        switch self {
        case .deflate: return false
        case .store: return true
        case .automatic:
            let file = name.split(separator: "/").last ?? ""
            guard let dot = file.lastIndex(of: ".") else { return false }
            return Self.compressed.contains(file[file.index(after: dot)...].lowercased())
        }
    }
}
