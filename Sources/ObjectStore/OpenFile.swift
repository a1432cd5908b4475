import Core
import Glibc

/// A file open for reading; closed with the last reference.
final class OpenFile: Sendable {
    private let descriptor: FileDescriptor

    private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    static func open(_ path: String, key: ObjectKey) throws -> (file: OpenFile, summary: ObjectSummary) {
        let opened = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard let descriptor = FileDescriptor(owning: opened) else {
            if errno == ENOENT || errno == ENOTDIR { throw ObjectFault(.notFound, "\(key)") }
            throw ObjectFault.system("opening \(key)")
        }
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw ObjectFault.system("looking at \(key)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ObjectFault(.notFound, "\(key)") }
        let summary = ObjectSummary(key: key, size: Int64(status.st_size), modified: Timestamp(status.st_mtim))
        return (OpenFile(descriptor), summary)
    }

    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while true {
                let got = unsafe pread(descriptor.number, buffer.baseAddress, count, off_t(offset))
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
    ///
    /// A name that is not there is a folder of ours that somebody removed: whoever looks for an object tells that apart.
    static func system(_ doing: String) -> ObjectFault {
        let code: Code =
            switch errno {
            case ENOSPC, EDQUOT: .full
            case ENOENT, EACCES, EPERM, EROFS, ENOTDIR, EMFILE, ENFILE: .unavailable
            default: .other
            }
        return ObjectFault(code, SystemError(doing).description)
    }
}
