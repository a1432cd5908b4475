import Core
import Glibc

/// A file open for reading; closed with the last reference.
final class OpenFile: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = close(descriptor) }

    static func open(_ path: String, key: ObjectKey) throws -> (file: OpenFile, summary: ObjectSummary) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw ObjectFault(.notFound, "\(key)") }
            throw ObjectFault.system("opening \(key)")
        }
        let file = OpenFile(descriptor: descriptor)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw ObjectFault.system("looking at \(key)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ObjectFault(.notFound, "\(key)") }
        return (file, ObjectSummary(key: key, size: Int64(status.st_size), modified: Timestamp(status.st_mtim)))
    }

    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while true {
                let got = unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset))
                if got < 0 && errno == EINTR { continue }
                guard got >= 0 else { throw ObjectFault.system("reading an object") }
                initialized = got
                return
            }
        }
    }
}

extension Timestamp {
    init(_ time: timespec) {
        self.init(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

extension ObjectFault {
    /// Takes `errno` as it stands.
    static func system(_ doing: String) -> ObjectFault {
        let code: Code =
            switch errno {
            case ENOSPC, EDQUOT: .full
            case ENOENT: .notFound
            case EACCES, EPERM, EROFS, ENOTDIR, EMFILE, ENFILE: .unavailable
            default: .other
            }
        return ObjectFault(code, SystemError(doing).description)
    }
}
