import HTTPServer
import Imaging

/// Takes the file of a form as it comes: a picture into memory, a video onto the disk.
struct TakeFile: Sendable {
    let spool: VideoSpool
    let limits: ByteLimits
    let sender: String
    /// Of the whole form, where it is known.
    let formSize: Int64?

    /// - Throws: a 413 when it is larger than its kind may be; as `SpoolRoom.place` for a video that is not let in.
    func callAsFunction(_ part: inout PartReader) async throws -> DeliveredContent {
        var head: [UInt8] = []
        while head.count < VideoFormat.headLength, let piece = try await part.next() { head += piece }
        let format = VideoFormat.detect(head)
        let limit = limits.limit(for: format)
        guard head.count <= limit else { throw Problem.tooLarge(limit) }
        guard let format else { return .picture(head + (try await part.collect(upTo: limit - head.count))) }
        let file = try await spool.begin(min(formSize ?? .max, Int64(limit)), from: sender)
        try await file.append(head)
        var size = head.count
        while let piece = try await part.next() {
            size += piece.count
            guard size <= limit else { throw Problem.tooLarge(limit) }
            try await file.append(piece)
        }
        return .video(VideoFile(file: LocalFile(path: file.path), size: Int64(size), format: format, spool: file))
    }
}
