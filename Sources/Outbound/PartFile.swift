import Core
import Glibc
import Synchronization

/// The file `path.part` while it is being filled; locked against a second download to the same file.
final class PartFile: Sendable {
    private let final: String
    private let host: String
    private let descriptor: FileDescriptor
    private let length: Mutex<Int64>

    private var name: String { final + ".part" }

    /// Keeps what is there already.
    init(for path: String, host: String) throws {
        final = path
        self.host = host
        let opened = unsafe open(path + ".part", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard let descriptor = FileDescriptor(owning: opened) else { throw Self.fault(host) }
        var status = stat()
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0, unsafe fstat(descriptor.number, &status) == 0,
            status.st_nlink == 1
        else { throw OutboundFault(.inUse, host: host) }
        self.descriptor = descriptor
        length = Mutex(Int64(status.st_size))
    }

    var size: Int64 { length.withLock { $0 } }

    func truncate() throws(OutboundFault) {
        guard ftruncate(descriptor.number, 0) == 0 else { throw Self.fault(host) }
        length.withLock { $0 = 0 }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(OutboundFault) {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = unsafe pwrite(descriptor.number, rest.baseAddress, rest.count, off_t(size))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.fault(host) }
            written += count
            length.withLock { $0 += Int64(count) }
        }
    }

    func digest() throws -> SHA256 {
        var hasher = SHA256.Hasher()
        var offset: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe pread(descriptor.number, &buffer, buffer.count, off_t(offset))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.fault(host) }
            if count == 0 { return hasher.finalize() }
            hasher.update(buffer[..<count])
            offset += Int64(count)
        }
    }

    /// Gives the file its name, durably.
    func commit() throws {
        guard fsync(descriptor.number) == 0, unsafe rename(name, final) == 0 else { throw Self.fault(host) }
        let parent = final.lastIndex(of: "/").map { String(final[...$0]) } ?? "."
        let folder = FileDescriptor(owning: unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard let folder else { throw Self.fault(host) }
        guard fsync(folder.number) == 0 else { throw Self.fault(host) }
    }

    /// Nothing is of no use to a later run.
    func removeIfEmpty() {
        // Still locked: who opened the file meanwhile sees that it has no name any more.
        if size == 0 { _ = unsafe unlink(name) }
    }

    private static func fault(_ host: String) -> OutboundFault {
        let isFull = errno == ENOSPC || errno == EDQUOT
        return OutboundFault(isFull ? .full : .file, host: host, SystemError("download").description)
    }
}

/// Appends the body of an answer to a part file when it really continues it.
final class PartSink: BodySink {
    private struct State {
        var isStarted = false
        var total: Int64?
        var tag: String?
        var reported = ContinuousClock.now - .seconds(1)
    }

    private let part: PartFile
    private let offset: Int64
    private let host: String
    private let limit: Int64
    private let progress: @Sendable (Download.Progress) -> Void
    private let state = Mutex(State())

    init(
        _ part: PartFile,
        offset: Int64,
        host: String,
        limit: Int64,
        progress: @escaping @Sendable (Download.Progress) -> Void
    ) {
        self.part = part
        self.offset = offset
        self.host = host
        self.limit = limit
        self.progress = progress
    }

    /// Whether a body that fits has begun.
    var isStarted: Bool { state.withLock { $0.isStarted } }

    /// The version of the file that was sent, for `If-Range`.
    var strongTag: String? { state.withLock { $0.tag } }

    func receive(_ bytes: UnsafeRawBufferPointer, of head: ResponseHead) throws(OutboundFault) -> Reception {
        if !isStarted {
            guard try begin(head) else { return .taken }
        }
        guard part.size + Int64(bytes.count) <= limit else {
            throw OutboundFault(.tooLarge, host: host, "more than \(limit) bytes")
        }
        try unsafe part.append(bytes)
        report()
        return .taken
    }

    /// `false` when the body is not the file's: a page that goes with an error status, or another range.
    private func begin(_ head: ResponseHead) throws(OutboundFault) -> Bool {
        switch head.status {
        case 200: if offset > 0 { try part.truncate() }
        case 206 where head.header("content-range")?.hasPrefix("bytes \(offset)-") == true: break
        default: return false
        }
        let rest = head.header("content-length").flatMap { Int64($0) }
        let base = part.size
        state.withLock { state in
            state.isStarted = true
            state.total = rest.map { base + $0 }
            if let tag = head.header("etag"), tag.hasPrefix("\"") { state.tag = tag }
        }
        return true
    }

    private func report() {
        let now = ContinuousClock.now
        let received = part.size
        let due = state.withLock { state -> Download.Progress? in
            guard now - state.reported >= .milliseconds(100) || received == state.total else { return nil }
            state.reported = now
            return Download.Progress(received: received, total: state.total)
        }
        if let due { progress(due) }
    }
}
