import Glibc

/// What the system knows of a file without opening it.
package struct FileStatus: Hashable, Sendable {
    package let isRegular: Bool
    package let isFolder: Bool
    /// Which file it is, whatever its name.
    package let inode: UInt64
    package let size: Int64
    /// Nanoseconds since 1970.
    package let modified: Int64
    package let user: UInt32
    package let group: UInt32

    /// A regular file, as somebody else saw it.
    package init(size: Int64, modified: Int64, inode: UInt64 = 0) {
        isRegular = true
        isFolder = false
        self.inode = inode
        self.size = size
        self.modified = modified
        user = 0
        group = 0
    }

    /// Of what lies at the path itself, or, when links are followed, of what they lead to.
    ///
    /// - Throws: `SystemFault`.
    package init(of path: String, followingLinks: Bool = false) throws(SystemFault) {
        var status = stat()
        let code = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
        guard code == 0 else { throw SystemFault(path: path, number: errno) }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        user = status.st_uid
        group = status.st_gid
    }
}

/// What the system says against a file.
package struct SystemFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let number: Int32

    package init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }

    package var description: String { unsafe "\(path): \(String(cString: strerror(number)))" }
}
