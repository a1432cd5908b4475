internal import Core
internal import Glibc

/// A file opened for reading, closed when nobody needs it.
final class OpenFile: Sendable {
    private let descriptor: FileDescriptor
    let size: Int
    /// Seconds since 1970.
    let modified: Int
    let inode: UInt64

    /// - Throws: `SystemError`, also when the path is no plain file.
    init(path: String) throws {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard let descriptor = FileDescriptor(owning: opened) else { throw SystemError("open a file") }
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError("read a file", code: EISDIR)
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec)
        inode = UInt64(status.st_ino)
    }

    /// A second descriptor, for an owner that closes its own.
    func duplicate() -> Int32 { fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0) }
}
