import Core
import Imaging
import ObjectStore

/// What a file is, once it is known to be whole.
struct CheckedFile: Sendable {
    let digest: SHA256
    let size: Int64
    let mediaType: String
    let fileExtension: String
    /// Nought where nobody could look yet.
    let width: Int
    let height: Int
    let exif: ExifFacts
    /// `nil` for pictures, and for videos while ffmpeg is not installed.
    var video: VideoFacts?
}

/// Looks whether a file is a whole picture or a whole video.
struct CheckFile: Sendable {
    let decoding: WorkPool
    /// Where ffmpeg is looked for; the search path of the process when it is `nil`.
    var programs: String?

    private static let checkedSide = 64

    var canReadVideos: Bool { VideoReader.find(in: programs) != nil }

    /// - Throws: `PictureFault`.
    func callAsFunction(_ content: DeliveredContent) async throws -> CheckedFile {
        switch content {
        case .picture(let bytes): try await picture(bytes)
        case .video(let video): try await self.video(video)
        }
    }

    private func picture(_ bytes: [UInt8]) async throws -> CheckedFile {
        try await decoding.run {
            let info = try ImageInfo.probe(bytes)
            // Decoded small, which still reads the file to its end.
            _ = try Picture.decode(bytes, atLeast: Self.checkedSide, crop: .whole)
            return CheckedFile(
                digest: SHA256(of: bytes),
                size: Int64(bytes.count),
                mediaType: info.format.mediaType,
                fileExtension: info.format.fileExtension,
                width: info.width,
                height: info.height,
                exif: info.exif
            )
        }
    }

    private func video(_ video: VideoFile) async throws -> CheckedFile {
        let digest = try await decoding.run {
            try VideoContainer.check(fileAt: video.file.path, size: video.size, video.format)
            return try video.file.digest(size: video.size)
        }
        let facts = try await facts(of: video)
        var exif = ExifFacts()
        exif.takenAt = facts?.takenAt
        return CheckedFile(
            digest: digest,
            size: video.size,
            mediaType: video.format.mediaType,
            fileExtension: video.format.fileExtension,
            width: facts?.width ?? 0,
            height: facts?.height ?? 0,
            exif: exif,
            video: facts
        )
    }
}

extension CheckFile {
    /// `nil` where nobody can say: the video is kept, and the job that reads it tries again.
    private func facts(of video: VideoFile) async throws -> VideoFacts? {
        do {
            return try await VideoReader.find(in: programs)?.facts(of: video.file.path, video.format)
        } catch is VideoReaderFault {
            return nil
        }
    }
}

extension DeliveredContent {
    /// Stores it under a name that its content has.
    func put(_ key: ObjectKey, _ checked: CheckedFile, into objects: any ObjectStore, at now: Timestamp) async throws {
        switch self {
        case .picture(let bytes): try await objects.put(key, bytes: bytes, expecting: checked.digest)
        case .video(let video):
            let content = video.file.content(size: checked.size, key: key, at: now)
            do {
                try await objects.put(key, content.pieces, limit: checked.size, expecting: checked.digest)
            } catch let fault as ObjectFault where fault.code == .hashMismatch {
                throw PictureFault.brokenVideo("it changed while it was read")
            }
        }
    }
}
