internal import Core
internal import Glibc

/// A file opened for reading, closed when nobody needs it.
final class OpenFile: Sendable {
    let descriptor: Int32
    let size: Int
    /// Seconds since 1970.
    let modified: Int
    let inode: UInt64

    /// - Throws: `SystemError`, also when the path is no plain file.
    init(path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SystemError("open a file") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SystemError("read a file", code: EISDIR)
        }
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec)
        inode = UInt64(status.st_ino)
    }

    deinit { close(descriptor) }

    /// A second descriptor, for an owner that closes its own.
    func duplicate() -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
}
