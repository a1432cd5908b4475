import Glibc

/// The one secret of an installation, from which a key is made for every purpose.
package struct MasterSecret: Sendable {
    private let bytes: [UInt8]

    /// In characters.
    package static let shortestText = 32

    /// A secret text of an operator, hard to guess: `openssl rand -hex 32`.
    package init(text: String) { bytes = Array(text.utf8) }

    /// 32 bytes of its own.
    package func key(for purpose: String) -> [UInt8] { HMACSHA256.code(of: Array(purpose.utf8), key: bytes) }

    /// Reads the secret that lies in a file, making it at the first time; of several processes that begin together one makes it.
    ///
    /// - Throws: `MasterSecretFault` when the file is no such secret, or others than its owner may read it.
    package static func file(_ path: String) throws -> MasterSecret {
        if let text = try text(of: path) { return MasterSecret(text: text) }
        try keep(randomBytes(32).hexadecimal, at: path)
        guard let kept = try text(of: path) else { throw MasterSecretFault(path: path, reason: "is gone again") }
        return MasterSecret(text: kept)
    }

    /// Puts a secret where there is none; one that is there stays.
    package static func keep(_ text: String, at path: String) throws {
        let partial = path + ".\(UUIDv7.next())"
        guard let file = FileDescriptor(owning: unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        else { throw MasterSecretFault.system(path, "made") }
        defer { unsafe unlink(partial) }
        let line = Array((text + "\n").utf8)
        guard unsafe write(file.number, line, line.count) == line.count, fsync(file.number) == 0 else {
            throw MasterSecretFault.system(path, "written")
        }
        // A link is refused where another process was first.
        if unsafe link(partial, path) != 0, errno != EEXIST { throw MasterSecretFault.system(path, "made") }
    }

    /// The secret that lies in a file, `nil` when there is none.
    package static func text(of path: String) throws -> String? {
        guard let file = FileDescriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) else {
            if errno == ENOENT { return nil }
            throw MasterSecretFault.system(path, "opened")
        }
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw MasterSecretFault.system(path, "looked at") }
        guard status.st_mode & 0o077 == 0 else {
            throw MasterSecretFault(path: path, reason: "may be read by others: chmod 600 it")
        }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = unsafe pread(file.number, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).prefix { !$0.isWhitespace }
        guard text.utf8.count >= shortestText else {
            throw MasterSecretFault(path: path, reason: "holds fewer than \(shortestText) characters: restore it")
        }
        return String(text)
    }
}

package struct MasterSecretFault: Error, CustomStringConvertible {
    let path: String
    let reason: String
    package var description: String { "\(path) \(reason)" }

    fileprivate static func system(_ path: String, _ act: String) -> MasterSecretFault {
        MasterSecretFault(path: path, reason: "cannot be \(act): \(unsafe String(cString: strerror(errno)))")
    }
}
