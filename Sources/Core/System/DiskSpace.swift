import Glibc

/// How full the disk is that a folder lies on, as `df` tells it.
package struct DiskSpace: Hashable, Sendable {
    /// What a disk is to keep free for everything else: below it the server says that it needs room, and lets in nothing large.
    package static let spare: Int64 = 500 << 20

    /// Bytes that this user may still write.
    package let free: Int64
    /// 0…1, of what this user could have.
    package let used: Double

    /// `nil` when the system does not tell; `errno` says why.
    package init?(of path: String) {
        var figures = statvfs()
        guard unsafe statvfs(path, &figures) == 0 else { return nil }
        free = Int64(clamping: UInt64(figures.f_bavail) * UInt64(figures.f_frsize))
        let taken = Double(figures.f_blocks) - Double(figures.f_bfree)
        let all = taken + Double(figures.f_bavail)
        used = all > 0 ? taken / all : 0
    }
}
