package import Core

/// A file or a folder of an archive, as its head says.
package struct ZipEntry: Hashable, Sendable {
    /// Relative and safe to join to a folder: no `..`, no backslash, no slash at either end.
    package let name: String
    package let isFolder: Bool
    /// Unpacked, in bytes; reading more or less than that is a fault.
    package let size: Int64
    /// In whole seconds; `nil` where the archive has none.
    package let modified: Timestamp?

    /// Its place in the order of reading.
    let number: Int
}
