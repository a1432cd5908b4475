/// Takes framed rows out of bytes that arrive in pieces.
package struct RowFrames {
    private var bytes: [UInt8] = []
    private var start = 0
    /// A length beyond it is damage, not a row.
    private static let largest = 1 << 30

    package init() {}

    package mutating func append(_ piece: [UInt8]) {
        bytes.removeFirst(start)
        start = 0
        bytes += piece
    }

    /// Whether nothing is left over.
    package var isEmpty: Bool { start == bytes.count }

    /// The next row, `nil` when more bytes are needed.
    ///
    /// - Throws: `corrupt` for bytes that are no rows.
    package mutating func next() throws -> [SQLValue]? {
        guard let count = UInt32(bigEndian: bytes[start...].prefix(4)) else { return nil }
        guard count <= Self.largest else { throw DatabaseFault(.corrupt, "a row has an impossible length") }
        guard bytes.count - start - 4 >= Int(count) else { return nil }
        let content = bytes[(start + 4)..<(start + 4 + Int(count))]
        guard let row = RowCoding.decode(Array(content)) else {
            throw DatabaseFault(.corrupt, "a row's values are unknown")
        }
        start += 4 + Int(count)
        return row
    }
}
