import Core
import FoundationEssentials
import Glibc
import ObjectStore

/// A file of this machine that comes in; all of it blocks, so it runs on threads that may.
struct LocalFile: Sendable {
    let path: String

    /// `nil` when it is gone or has another size by now.
    func bytes(size: Int64) throws -> [UInt8]? {
        guard let content = FileManager.default.contents(atPath: path), content.count == Int(size) else { return nil }
        return Array(content)
    }

    /// Removes the file if it still is the one that was seen; another that came under its name stays.
    func remove(_ seen: FileStatus) throws {
        guard let now = try? FileStatus(of: path), now == seen else { return }
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemFault(path: path, number: errno) }
    }

    /// For files that are too large for memory.
    func content(size: Int64, key: ObjectKey, at now: Timestamp) -> ObjectContent {
        let pool = WorkPool(name: "large file", width: 1, depth: 4)
        let summary = ObjectSummary(key: key, size: size, modified: now)
        return ObjectContent(summary: summary, range: 0..<size) { offset, count in
            try await pool.run { try read(from: offset, count: count) }
        }
    }

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
