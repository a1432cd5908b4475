/// Where an archive says that its directory is: the record at its end, and the larger one that zip64 puts before it.
struct ZipEnd: Hashable {
    let entries: Int64
    /// From the first line of the directory to the first record of the end.
    let directory: Range<Int64>

    private static let length = 22
    private static let longLength = 56
    private static let locatorLength = 20
    // libarchive looks no further back, and both must see the same end. Comments are shorter than that.
    private static let tailLength: Int64 = 16 << 10

    init(of file: ZipFile, size: Int64) throws(ZipFault) {
        let start = max(0, size - Self.tailLength)
        let tail = LittleEndian(try file.read(at: start, count: Int(size - start)))
        guard let at = Self.lastRecord(in: tail) else {
            let head = LittleEndian(try file.read(at: 0, count: 4))
            throw ZipFault(head.bytes.count == 4 && head.u32(0) == 0x0403_4B50 ? .truncated : .notAnArchive)
        }
        guard tail.u16(at + 4) == 0, tail.u16(at + 6) == 0, tail.u16(at + 8) == tail.u16(at + 10) else {
            throw ZipFault(.unsupported, "an archive in several parts")
        }
        let position = start + Int64(at)
        if at >= Self.locatorLength, tail.u32(at - Self.locatorLength) == 0x0706_4B50 {
            let locator = at - Self.locatorLength
            try self.init(long: file, at: tail.i64(locator + 8), before: start + Int64(locator))
        } else {
            try self.init(
                entries: Int64(tail.u16(at + 10)),
                from: Int64(tail.u32(at + 16)),
                count: Int64(tail.u32(at + 12)),
                to: position
            )
        }
    }

    private init(long file: ZipFile, at position: Int64?, before locator: Int64) throws(ZipFault) {
        guard let position, locator - position >= Int64(Self.longLength) else {
            throw ZipFault(.damaged, "the zip64 record lies outside")
        }
        let record = LittleEndian(try file.read(at: position, count: Self.longLength))
        guard record.bytes.count == Self.longLength, record.u32(0) == 0x0606_4B50,
            record.i64(4) == locator - position - 12,
            let entries = record.i64(32), let count = record.i64(40), let start = record.i64(48)
        else { throw ZipFault(.damaged, "the zip64 record is wrong") }
        try self.init(entries: entries, from: start, count: count, to: position)
    }

    private init(entries: Int64, from start: Int64, count: Int64, to end: Int64) throws(ZipFault) {
        guard start <= end, count == end - start else {
            throw ZipFault(.damaged, "the directory is not where the archive says")
        }
        self.entries = entries
        directory = start..<end
    }

    /// The last record, which must fill the file to its end together with its comment.
    private static func lastRecord(in tail: LittleEndian) -> Int? {
        guard tail.bytes.count >= length else { return nil }
        for at in stride(from: tail.bytes.count - length, through: 0, by: -1)
        where tail.bytes[at] == UInt8(ascii: "P") && tail.u32(at) == 0x0605_4B50 {
            return at + length + tail.u16(at + 20) == tail.bytes.count ? at : nil
        }
        return nil
    }
}

/// Bytes in which numbers stand with their lowest byte first.
struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func u16(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    func u32(_ at: Int) -> UInt32 { UInt32(u16(at)) | UInt32(u16(at + 2)) << 16 }
    /// `nil` for what no offset or size can be.
    func i64(_ at: Int) -> Int64? {
        Int64(exactly: UInt64(u32(at)) | UInt64(u32(at + 4)) << 32)
    }
}
