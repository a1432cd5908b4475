internal import CArchive
internal import Core

/// libarchive's handle for reading one archive from an open file.
///
/// It reads from the disk, so it is used where that may wait.
@safe final class ZipDecoder {
    private let raw: OpaquePointer
    private let locale: UTF8Locale
    private let file: ZipFile

    init(_ file: ZipFile) throws(ZipFault) {
        self.file = file
        locale = try UTF8Locale()
        guard let raw = unsafe archive_read_new() else { throw ZipFault(.other, "out of memory") }
        unsafe self.raw = raw
        try check(unsafe archive_read_support_format_zip_seekable(raw))
        try file.rewind()
        try check(unsafe archive_read_open_fd(raw, file.descriptor, 64 << 10))
    }

    deinit { _ = unsafe archive_read_free(raw) }

    /// The head of an entry, which may say other things than the line in the directory.
    struct Head {
        /// As it is; nothing has looked at it yet.
        let name: String
        let isFolder: Bool
        let modified: Timestamp?
    }

    /// Goes to the next entry; `nil` after the last one.
    func next() throws(ZipFault) -> Head? {
        var found: OpaquePointer?
        let (status, name) = locale.run { () -> (Int32, String?) in
            let status = unsafe archive_read_next_header(raw, &found)
            guard status == ARCHIVE_OK, let text = unsafe archive_entry_pathname_utf8(found) else {
                return (status, nil)
            }
            return (status, unsafe String(validatingCString: text))
        }
        if status == ARCHIVE_EOF { return nil }
        try check(status)
        guard let entry = unsafe found, let name else { throw ZipFault(.unsafeName, "a name that is not UTF-8") }
        try unsafe checkKind(of: entry, name)
        let seconds = unsafe archive_entry_mtime(entry)
        let hasTime = unsafe archive_entry_mtime_is_set(entry) != 0 && abs(seconds) < 1 << 40
        return Head(
            name: name,
            isFolder: unsafe carchive_is_folder(entry) != 0,
            modified: hasTime ? Timestamp(microseconds: Int64(seconds) * 1_000_000) : nil
        )
    }

    private func checkKind(of entry: OpaquePointer, _ name: String) throws(ZipFault) {
        guard unsafe archive_entry_is_encrypted(entry) == 0 else { throw ZipFault(.encrypted, name.debugDescription) }
        guard unsafe carchive_is_link(entry) == 0 else { throw ZipFault(.symbolicLink, name.debugDescription) }
        guard unsafe carchive_is_file(entry) != 0 || carchive_is_folder(entry) != 0 else {
            throw ZipFault(.specialFile, name.debugDescription)
        }
        // Other methods may ask for gigabytes of memory, and the head need not name the method of the directory.
        let format = unsafe archive_format_name(raw).map { unsafe String(cString: $0) } ?? ""
        guard format.hasSuffix("(uncompressed)") || format.hasSuffix("(deflation)") else {
            throw ZipFault(.unsupported, "\(format) for \(name.debugDescription)")
        }
    }

    /// The next bytes of the entry, at most `count`; none at its end, where its checksum has been found right.
    func read(_ count: Int) throws(ZipFault) -> [UInt8] {
        var status = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe status = archive_read_data(raw, buffer.baseAddress, count)
            filled = max(0, status)
        }
        guard status >= 0 else { throw fault() }
        return bytes
    }

    private func check(_ status: Int32) throws(ZipFault) {
        if status != ARCHIVE_OK { throw fault() }
    }

    private func fault() -> ZipFault {
        ZipFault(.damaged, unsafe archive_error_string(raw).map { unsafe String(cString: $0) } ?? "")
    }
}
