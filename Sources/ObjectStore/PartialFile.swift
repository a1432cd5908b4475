import Core
import Glibc
import Synchronization

/// A file that is being written under a temporary name; it vanishes unless it is committed.
///
/// It is locked for as long as somebody writes it, so that another process tells it from the leftover of a crash.
final class PartialFile: Sendable {
    private struct State: ~Copyable {
        let descriptor: FileDescriptor
        var hasher = SHA256.Hasher()
        var size: Int64 = 0
        var isCommitted = false
    }

    private let path: String
    private let state: Mutex<State>

    init(in folder: String) throws {
        while true {
            let path = "\(folder)/\(UUIDv7.next())"
            let opened = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            guard let descriptor = FileDescriptor(owning: opened) else {
                throw ObjectFault.system("creating a file in \(folder)")
            }
            // A sweeper may have come between the two calls; then the name is gone and another is taken.
            var status = stat()
            if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0, unsafe fstat(descriptor.number, &status) == 0,
                status.st_nlink == 1
            {
                self.path = path
                state = Mutex(State(descriptor: descriptor))
                return
            }
        }
    }

    deinit {
        state.withLock { state in
            if !state.isCommitted { _ = unsafe unlink(path) }
        }
    }

    var size: Int64 { state.withLock { $0.size } }

    func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            try unsafe bytes.withUnsafeBytes { buffer in
                var written = 0
                while written < buffer.count {
                    let count = unsafe write(
                        state.descriptor.number,
                        buffer.baseAddress.map { unsafe $0 + written },
                        buffer.count - written
                    )
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { throw ObjectFault.system("writing an object") }
                    written += count
                }
            }
            state.hasher.update(bytes)
            state.size += Int64(bytes.count)
        }
    }

    /// Gives the file its final name once its content is on the disk.
    func commit(to final: String, expecting hash: SHA256?) throws -> (size: Int64, hash: SHA256) {
        try state.withLock { state in
            let found = state.hasher.finalize()
            if let hash, hash != found { throw ObjectFault(.hashMismatch, "expected \(hash), got \(found)") }
            guard fsync(state.descriptor.number) == 0 else { throw ObjectFault.system("syncing an object") }
            guard unsafe rename(path, final) == 0 else { throw ObjectFault.system("renaming an object") }
            state.isCommitted = true
            return (state.size, found)
        }
    }

    /// As `commit`, but leaves a file that is there already as it is.
    func commitUnlessThere(to final: String) throws {
        try state.withLock { state in
            guard fsync(state.descriptor.number) == 0 else { throw ObjectFault.system("syncing a file") }
            guard unsafe link(path, final) == 0 || errno == EEXIST else { throw ObjectFault.system("naming a file") }
        }
    }

    /// Removes, or only counts, files that nobody writes any more, when they are older than the moment.
    @discardableResult
    static func sweep(_ folder: String, before moment: Timestamp? = nil, dryRun: Bool = false) throws -> Int {
        var count = 0
        for name in try Folder.names(in: folder) {
            let path = "\(folder)/\(name)"
            let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard let file = FileDescriptor(owning: opened) else { continue }
            var status = stat()
            guard unsafe fstat(file.number, &status) == 0, flock(file.number, LOCK_EX | LOCK_NB) == 0 else { continue }
            if let moment, Timestamp(status.st_mtim) >= moment { continue }
            count += 1
            if !dryRun { _ = unsafe unlink(path) }
        }
        return count
    }
}
