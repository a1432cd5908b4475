import Core
import FoundationEssentials
import Glibc
import Imaging
import ObjectStore

/// A file of this machine that comes in; what blocks runs on threads that may.
struct LocalFile: Sendable {
    let path: String

    /// What it holds; `nil` when it is gone or has another size by now.
    ///
    /// - Throws: `PictureFault` when it is larger than its kind may be.
    func load(size: Int64, _ limits: ByteLimits) throws -> DeliveredContent? {
        guard let head = try? read(from: 0, count: VideoFormat.headLength) else { return nil }
        let format = VideoFormat.detect(head)
        try limits.check(size, format)
        if let format { return .video(VideoFile(file: self, size: size, format: format)) }
        guard let content = FileManager.default.contents(atPath: path), content.count == Int(size) else { return nil }
        return .picture(Array(content))
    }

    /// Removes the file if it still is the one that was seen; another that came under its name stays.
    func remove(_ seen: FileStatus) throws {
        guard let now = try? FileStatus(of: path), now == seen else { return }
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemFault(path: path, number: errno) }
    }

    /// For files that are too large for memory.
    func content(size: Int64, key: ObjectKey, at now: Timestamp) -> ObjectContent {
        let summary = ObjectSummary(key: key, size: size, modified: now)
        return ObjectContent(summary: summary, range: 0..<size) { offset, count in
            try await Self.large.run { try read(from: offset, count: count) }
        }
    }

    /// Of the whole content, read piece by piece.
    func digest(size: Int64) throws -> SHA256 {
        var hasher = SHA256.Hasher()
        var place: Int64 = 0
        while place < size {
            let piece = try read(from: place, count: Int(min(1 << 20, size - place)))
            guard !piece.isEmpty else { throw PictureFault.brokenVideo("it changed while it was read") }
            hasher.update(piece)
            place += Int64(piece.count)
        }
        return hasher.finalize()
    }

    private static let large = WorkPool(name: "large file", width: 2, depth: 256)

    private func read(from offset: Int64, count: Int) throws -> [UInt8] {
        guard let file = FileDescriptor(owning: open(path, O_RDONLY | O_CLOEXEC)) else {
            throw SystemFault(path: path, number: errno)
        }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(file.number, &bytes, count, off_t(offset))
        guard read >= 0 else { throw SystemFault(path: path, number: errno) }
        return Array(bytes.prefix(read))
    }
}
