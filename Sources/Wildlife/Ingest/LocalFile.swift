import Core
import FoundationEssentials
import Glibc
import ObjectStore

/// A file of this machine that comes in; all of it blocks, so it runs on threads that may.
struct LocalFile: Sendable {
    let path: String

    /// All files below a folder but hidden ones; nobody else's are reached through a link.
    static func sightings(below root: String) throws -> [DropFolder.Sighting] {
        try FileManager.default.subpathsOfDirectory(atPath: root).compactMap { path in
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return nil }
            guard let status = try? FileStatus(of: root + "/" + path), status.isRegular else { return nil }
            return DropFolder.Sighting(path: path, size: status.size, modified: status.modified)
        }
    }

    /// `nil` when it is gone or has another size by now.
    func bytes(size: Int64) throws -> [UInt8]? {
        guard let content = FileManager.default.contents(atPath: path), content.count == Int(size) else { return nil }
        return Array(content)
    }

    func remove() throws {
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
