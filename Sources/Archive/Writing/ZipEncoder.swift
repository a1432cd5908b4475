internal import CArchive
internal import Core

/// libarchive's handle for writing: bytes of entries in, bytes of the archive out.
///
/// Its callback only appends to a buffer, which the caller takes away between calls: nothing here waits.
@safe final class ZipEncoder {
    /// What libarchive has written and nobody has taken yet.
    private final class Outbox {
        var bytes: [UInt8] = []
        /// When closed, it lets everything fall.
        var isOpen = true
    }

    private let raw: OpaquePointer
    private let locale: UTF8Locale
    private let outbox = Outbox()

    init() throws(ZipFault) {
        locale = try UTF8Locale()
        guard let raw = unsafe archive_write_new() else { throw ZipFault(.other, "out of memory") }
        unsafe self.raw = raw
        try check(unsafe archive_write_set_format_zip(raw))
        // No blocks and no padding: what is written comes out at once.
        try check(unsafe archive_write_set_bytes_per_block(raw, 0))
        let context = unsafe Unmanaged.passUnretained(outbox).toOpaque()
        let status = unsafe archive_write_open2(
            raw,
            context,
            nil,
            { _, context, bytes, count in
                guard let context = unsafe context, let bytes = unsafe bytes else { return -1 }
                let outbox = unsafe Unmanaged<Outbox>.fromOpaque(context).takeUnretainedValue()
                guard outbox.isOpen else { return count }
                unsafe outbox.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            },
            nil,
            nil
        )
        try check(status)
    }

    deinit {
        // This also writes the end of an archive that was given up: only so does libarchive free all that it holds.
        outbox.isOpen = false
        _ = unsafe archive_write_free(raw)
    }

    /// How much of the archive waits to be taken, in bytes.
    var pendingCount: Int { outbox.bytes.count }

    /// Takes what has been written.
    func takePending() -> [UInt8] {
        defer { outbox.bytes = [] }
        return outbox.bytes
    }

    /// Begins an entry; a `nil` size means that nobody knows yet, and then it is deflated.
    func begin(_ name: String, size: Int64?, stored: Bool, modified: Timestamp) throws(ZipFault) {
        guard let entry = unsafe archive_entry_new() else { throw ZipFault(.other, "out of memory") }
        defer { unsafe archive_entry_free(entry) }
        unsafe carchive_make_file(entry, 0o644)
        let (seconds, rest) = modified.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        unsafe archive_entry_set_mtime(entry, Int(seconds), Int(rest * 1_000))
        if let size { unsafe archive_entry_set_size(entry, size) }
        try check(
            unsafe stored
                ? archive_write_zip_set_compression_store(raw) : archive_write_zip_set_compression_deflate(raw)
        )
        let status = locale.run {
            unsafe archive_entry_set_pathname_utf8(entry, name)
            return unsafe archive_write_header(raw, entry)
        }
        try check(status)
    }

    /// Compresses some bytes of the entry; up to 64 KiB take a millisecond or two.
    func append(_ bytes: ArraySlice<UInt8>) throws(ZipFault) {
        let written = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(raw, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw fault() }
    }

    func endEntry() throws(ZipFault) { try check(unsafe archive_write_finish_entry(raw)) }

    /// Writes the directory, which ends the archive.
    func close() throws(ZipFault) { try check(unsafe archive_write_close(raw)) }

    private func check(_ status: Int32) throws(ZipFault) {
        if status != ARCHIVE_OK { throw fault() }
    }

    private func fault() -> ZipFault {
        ZipFault(.other, unsafe archive_error_string(raw).map { unsafe String(cString: $0) } ?? "libarchive failed")
    }
}
