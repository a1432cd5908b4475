/// What sort of video a file's first bytes say it is; names and media types sent along are never trusted.
package enum VideoFormat: String, Hashable, Sendable, CaseIterable {
    case mp4, quicktime, avi

    /// So many bytes are enough to tell.
    package static let headLength = 256

    /// `nil` when the bytes are none of these; HEIC pictures begin like MP4.
    package static func detect(_ bytes: [UInt8]) -> VideoFormat? {
        let view = ByteView(bytes)
        if view.hasText("RIFF", at: 0), view.hasText("AVI ", at: 8) { return .avi }
        if view.hasText("ftyp", at: 4) {
            guard ImageFormat.detect(bytes) == nil else { return nil }
            return view.hasText("qt  ", at: 8) ? .quicktime : .mp4
        }
        // Files of older cameras have no type of their own.
        let first: [StaticString] = ["moov", "mdat", "wide", "free", "skip", "pnot"]
        return first.contains { view.hasText($0, at: 4) } ? .quicktime : nil
    }

    package static func named(byMediaType type: String) -> VideoFormat? { allCases.first { $0.mediaType == type } }

    package var mediaType: String {
        switch self {
        case .mp4: "video/mp4"
        case .quicktime: "video/quicktime"
        case .avi: "video/x-msvideo"
        }
    }

    package var fileExtension: String {
        switch self {
        case .mp4: "mp4"
        case .quicktime: "mov"
        case .avi: "avi"
        }
    }

    /// The reader of ffmpeg that is to take it, so that no other guesses at the content: one for playlists would open
    /// other files.
    var reader: String { self == .avi ? "avi" : "mov" }
}
