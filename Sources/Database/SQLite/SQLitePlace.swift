import Glibc

/// The file that was opened, told apart from another that took its name.
struct SQLitePlace: Sendable {
    private let path: String
    private let device: UInt
    private let inode: UInt

    init(_ path: String) throws {
        (device, inode) = try Self.identity(of: path)
        self.path = path
    }

    /// - Throws: `lost` when the name leads nowhere or to another file.
    func check() throws {
        guard try Self.identity(of: path) == (device, inode) else {
            throw DatabaseFault(.lost, "\(path) is another file than the one that is open")
        }
    }

    private static func identity(of path: String) throws -> (UInt, UInt) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw DatabaseFault(.lost, "\(path): \(unsafe String(cString: strerror(errno)))")
        }
        return (UInt(status.st_dev), UInt(status.st_ino))
    }
}
