internal import Core
internal import Glibc

/// A file open for reading an archive from it, or for keeping one that comes as a stream.
final class ZipFile {
    private let file: FileDescriptor

    /// For libarchive, which reads from here; valid for as long as this object lives.
    var descriptor: Int32 { file.number }

    /// Opens a file that is there.
    init(path: String) throws(ZipFault) {
        // Without waiting, because a named pipe would wait for its other end.
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard let file = FileDescriptor(owning: opened) else { throw Self.systemFault("opening \(path)") }
        self.file = file
    }

    /// Makes a file without a name, which is gone with this object or with the process.
    init(spoolingIn folder: String) throws(ZipFault) {
        let path = "\(folder)/\(UUIDv7.next())"
        let opened = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard let file = FileDescriptor(owning: opened) else { throw Self.systemFault("making a file in \(folder)") }
        self.file = file
        guard unsafe unlink(path) == 0 else { throw Self.systemFault("hiding a file in \(folder)") }
    }

    /// In bytes.
    func size() throws(ZipFault) -> Int64 {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw Self.systemFault("looking at an archive") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ZipFault(.unreadable, "it is not a file") }
        return Int64(status.st_size)
    }

    func append(_ bytes: [UInt8]) throws(ZipFault) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(file.number, $0.baseAddress.map { unsafe $0 + start }, $0.count - start)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.systemFault("writing an archive") }
            start += count
        }
    }

    /// Sets the place from which libarchive reads.
    func rewind() throws(ZipFault) {
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw Self.systemFault("reading an archive") }
    }

    /// Reads `count` bytes from `offset`; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws(ZipFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(
                    file.number,
                    $0.baseAddress.map { unsafe $0 + filled },
                    count - filled,
                    off_t(offset) + filled
                )
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw Self.systemFault("reading an archive") }
            if got == 0 { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Takes `errno` as it stands.
    private static func systemFault(_ doing: String) -> ZipFault {
        let code: ZipFault.Code =
            switch errno {
            case ENOENT, ENOTDIR: .notFound
            case ENOSPC, EDQUOT: .full
            default: .unreadable
            }
        return ZipFault(code, SystemError(doing).description)
    }
}
