import Core
import HTTPServer
import Imaging

/// What a file on its way in holds: a picture fits into memory, a video lies on the disk.
enum DeliveredContent: Sendable {
    case picture([UInt8])
    case video(VideoFile)
}

/// A video on the disk of this machine.
struct VideoFile: Sendable {
    let file: LocalFile
    let size: Int64
    let format: VideoFormat
    /// Keeps the file while it is in use, where it is ours.
    var spool: SpoolFile?
}

/// How large files may be.
struct ByteLimits: Sendable {
    let picture: Int
    let video: Int

    /// What no file may exceed, whatever it holds.
    var most: Int { max(picture, video) }

    func limit(for format: VideoFormat?) -> Int { format == nil ? picture : video }

    /// - Throws: `PictureFault` for a file that is larger than one of its kind may be.
    func check(_ size: Int64, _ format: VideoFormat?) throws(PictureFault) {
        let limit = limit(for: format)
        guard size <= Int64(limit) else { throw .tooManyBytes(count: Int(size), limit: limit) }
    }
}
