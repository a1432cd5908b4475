/// One line of the directory of an archive.
struct ZipLine: Hashable {
    static let length = 46

    let name: String
    /// Unpacked, in bytes.
    let size: Int64

    /// Reads a line whose fixed part is `head`, followed by its name and its extra fields.
    ///
    /// - Throws: `encrypted`, `unsupported`, `symbolicLink`, `specialFile`, `unsafeName` or `damaged`.
    init(_ head: LittleEndian, name: [UInt8], extra: [UInt8]) throws(ZipFault) {
        guard let text = String(validating: name, as: UTF8.self) else {
            throw ZipFault(.unsafeName, "a name that is not UTF-8")
        }
        let flags = head.u16(8)
        // Encrypted, strongly encrypted, and with a masked directory.
        guard flags & (1 | 1 << 6 | 1 << 13) == 0 else { throw ZipFault(.encrypted, text.debugDescription) }
        guard [0, 8].contains(head.u16(10)) else {
            throw ZipFault(.unsupported, "method \(head.u16(10)) for \(text.debugDescription)")
        }
        // The upper half is the mode as Unix has it, and zero for most other systems.
        switch head.u16(40) & 0o170000 {
        case 0, 0o100000, 0o040000: break
        case 0o120000: throw ZipFault(.symbolicLink, text.debugDescription)
        default: throw ZipFault(.specialFile, text.debugDescription)
        }
        self.name = try ZipName.checked(text)
        size = try Self.size(head, LittleEndian(extra))
    }

    /// A size that does not fit stands first in the zip64 field.
    private static func size(_ head: LittleEndian, _ extra: LittleEndian) throws(ZipFault) -> Int64 {
        guard head.u32(24) == .max else { return Int64(head.u32(24)) }
        var at = 0
        while at + 4 <= extra.bytes.count {
            let count = extra.u16(at + 2)
            guard at + 4 + count <= extra.bytes.count else { break }
            if extra.u16(at) == 1, count >= 8, let size = extra.i64(at + 4) { return size }
            at += 4 + count
        }
        throw ZipFault(.damaged, "a size of zip64 is missing")
    }
}
