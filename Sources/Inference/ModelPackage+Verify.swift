internal import Core
internal import Glibc

extension ModelPackage {
    /// Where a file of this package lies.
    package func path(of file: File) -> String { folder + "/" + file.path }

    /// Checks that every file is the one that `model.json` was written for.
    package func verify() throws(ModelFault) {
        try verify(float)
        if let int8 { try verify(int8) }
    }

    /// Checks one file against its SHA-256.
    package func verify(_ file: File) throws(ModelFault) { try Self.verify(file, in: folder, of: name) }

    static func verify(_ file: File, in folder: String, of name: String) throws(ModelFault) {
        let path = folder + "/" + file.path
        let digest: SHA256
        do {
            digest = try SHA256(ofFileAt: path)
        } catch let fault {
            let isMissing = fault.errno == ENOENT
            throw ModelFault(
                isMissing ? .missing : .unusable,
                model: name,
                reason: "\(file.path) \(isMissing ? "is missing" : "can't be read")",
                detail: "\(path): errno \(fault.errno)"
            )
        }
        guard digest == file.digest else {
            throw ModelFault(
                .altered,
                model: name,
                reason: "\(file.path) is not the file that model.json names (its SHA-256 differs)",
                detail: "\(path): \(digest), should be \(file.digest)"
            )
        }
    }
}

private struct ReadFault: Error {
    let errno: Int32
}

extension SHA256 {
    /// Digests a file in pieces; a model need not fit in memory twice.
    fileprivate init(ofFileAt path: String) throws(ReadFault) {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard let file = FileDescriptor(owning: opened) else { throw ReadFault(errno: errno) }
        var hasher = Hasher()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe Glibc.read(file.number, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ReadFault(errno: errno) }
            guard count > 0 else { break }
            hasher.update(buffer[..<count])
        }
        self = hasher.finalize()
    }
}
