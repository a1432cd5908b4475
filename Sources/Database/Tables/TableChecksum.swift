import Core

/// What the rows of a table say, whatever their order and whichever engine keeps them.
///
/// The sum of the rows' digests, so that engines may sort text differently; JSON counts by its meaning.
package struct TableChecksum: Hashable, Sendable {
    package private(set) var rows = 0
    /// 256 bits, least significant first.
    private var sum: [UInt64] = [0, 0, 0, 0]

    package init() {}

    /// Counts a row in, with its values as the columns' kinds say.
    package mutating func add(_ values: [SQLValue]) {
        rows += 1
        let digest = SHA256(of: RowCoding.encode(values.map(\.meaning))).bytes
        var carry: UInt64 = 0
        for word in 0..<4 {
            let part = (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(digest[31 - word * 8 - (7 - $1)]) }
            let (first, isOver) = sum[word].addingReportingOverflow(part)
            let (second, isOverAgain) = first.addingReportingOverflow(carry)
            sum[word] = second
            carry = isOver || isOverAgain ? 1 : 0
        }
    }

    /// 64 hexadecimal digits.
    package var text: String { sum.reversed().flatMap(\.bigEndianBytes).hexadecimal }
}

extension SQLValue {
    /// The value in the one form that all ways to write it share.
    fileprivate var meaning: SQLValue {
        guard case .json(let bytes) = self else { return self }
        return .json(JSONMeaning.canonical(bytes))
    }
}

extension DatabaseReader {
    /// Reads the whole table.
    package func checksum(
        of table: Table,
        progress: @Sendable (_ rows: Int) -> Void = { _ in }
    ) async throws -> TableChecksum {
        var checksum = TableChecksum()
        for try await row in rows(of: table) {
            checksum.add(try table.values(of: row))
            if checksum.rows % 1_000 == 0 { progress(checksum.rows) }
        }
        return checksum
    }
}
