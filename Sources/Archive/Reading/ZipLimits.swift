/// What an archive from outside may cost; it is refused as a whole before any of it is unpacked.
package struct ZipLimits: Hashable, Sendable {
    /// Files and folders.
    package var entries: Int
    /// Of one entry, unpacked, in bytes.
    package var entryBytes: Int64
    /// Of all entries together, unpacked, in bytes.
    package var totalBytes: Int64
    /// Of an archive that comes as a stream, in bytes; it lies on the disk meanwhile.
    package var archiveBytes: Int64

    /// By default 10,000 entries of at most 1 GiB, and 4 GiB for everything, packed or unpacked.
    package init(
        entries: Int = 10_000,
        entryBytes: Int64 = 1 << 30,
        totalBytes: Int64 = 4 << 30,
        archiveBytes: Int64 = 4 << 30
    ) {
        self.entries = entries
        self.entryBytes = entryBytes
        self.totalBytes = totalBytes
        self.archiveBytes = archiveBytes
    }
}
