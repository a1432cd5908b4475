import Core
import FoundationEssentials
import Glibc
import Imaging
import ObjectStore

/// Where videos lie while they come in or are read: too large for memory, and ffmpeg wants a file.
struct VideoSpool: Sendable {
    private static let leftover = Duration.seconds(86_400)
    let folder: String
    private let files = WorkPool(name: "video spool", width: 2, depth: 256)

    private let room: SpoolRoom

    init(folder: String) {
        self.folder = folder
        room = SpoolRoom(folder: folder)
    }

    /// A file for at most so many bytes; `sender` names whose upload it is.
    ///
    /// - Throws: as `SpoolRoom.place`.
    func begin(_ size: Int64, from sender: String? = nil) async throws -> SpoolFile {
        let folder = folder
        let pool = files
        let room = room
        return try await files.run {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try Self.sweep(folder)
            let place = try room.place(for: sender, size)
            return try SpoolFile(path: "\(folder)/\(UUIDv7.next())", place, pool)
        }
    }

    /// What came whole into memory: a video goes on to the disk.
    func content(of bytes: [UInt8]) async throws -> DeliveredContent {
        guard let format = VideoFormat.detect(Array(bytes.prefix(VideoFormat.headLength))) else {
            return .picture(bytes)
        }
        let file = try await begin(Int64(bytes.count))
        try await file.append(bytes)
        let local = LocalFile(path: file.path)
        return .video(VideoFile(file: local, size: Int64(bytes.count), format: format, spool: file))
    }

    /// An object as a file: where the store has it as one, that is used.
    func file(of key: ObjectKey, in objects: any ObjectStore) async throws -> (path: String, spool: SpoolFile?) {
        if let path = objects.localPath(of: key) { return (path, nil) }
        let content = try await objects.get(key)
        let file = try await begin(content.summary.size)
        for try await piece in content.pieces { try await file.append(piece) }
        return (file.path, file)
    }

    /// Removes what a process that was killed left behind.
    private static func sweep(_ folder: String) throws {
        let oldest = Timestamp.now() - leftover
        for file in try FolderWalk(of: folder).files where file.status.modified / 1_000 < oldest.microseconds {
            unlink("\(folder)/\(file.path)")
        }
    }
}

/// A file of the spool; it goes with the last reference.
final class SpoolFile: Sendable {
    let path: String
    private let descriptor: FileDescriptor
    private let place: SpoolPlace
    private let pool: WorkPool

    fileprivate init(path: String, _ place: SpoolPlace, _ pool: WorkPool) throws {
        guard let descriptor = FileDescriptor(owning: open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)) else {
            throw SystemFault(path: path, number: errno)
        }
        self.path = path
        self.descriptor = descriptor
        self.place = place
        self.pool = pool
    }

    deinit { unlink(path) }

    func append(_ bytes: [UInt8]) async throws {
        try await pool.run { [self] in
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    write(descriptor.number, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    if errno == ENOSPC || errno == EDQUOT { throw ObjectFault(.full, "the spool of videos is full") }
                    throw SystemFault(path: path, number: errno)
                }
                written += count
                place.came(count)
            }
        }
    }
}
