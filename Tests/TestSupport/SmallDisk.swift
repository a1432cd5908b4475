import Core
import Foundation
import Glibc

/// A file system of a few pages.
package enum SmallDisk {
    package static let isPossible: Bool = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hedgerow-mount-\(getpid())").path
        guard mkdir(folder, 0o700) == 0 else { return false }
        defer { rmdir(folder) }
        guard mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount2(folder, 0) == 0
    }()

    package static func mounted<Value>(
        at folder: String,
        bytes: Int,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard mount("tmpfs", folder, "tmpfs", 0, "size=\(bytes)") == 0 else { throw SystemError("mount") }
        defer { umount2(folder, Int32(MNT_DETACH)) }
        return try await body()
    }
}
