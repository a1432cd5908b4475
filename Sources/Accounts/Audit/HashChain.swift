import Core
import Database

/// An entry of a table that grows only at its end, as its chain sees it.
protocol ChainedEntry: Sendable {
    /// Counted from 1, without gaps.
    var position: Int { get }
    /// Codes of what may be removed later without breaking the chain; of one length for all entries of a table.
    var sealed: [UInt8] { get }
    /// All else that the chain covers, in one order.
    var texts: [String] { get }

    init(_ row: Row) throws
}

/// Ties the entries of a table together: each carries a code of itself and of the one before, so that none can be changed,
/// removed or put in between unnoticed by whoever lacks the secret.
package struct HashChain: Sendable {
    /// How a chain stands after a look at every entry.
    package enum Verdict: Hashable, Sendable {
        /// With so many entries.
        case whole(Int)
        /// The first entry that does not follow from the one before.
        case broken(position: Int)
    }

    /// With the columns `position` and `code`; also the name of the lock that lets one writer add at a time.
    let table: String
    let key: [UInt8]

    private static let start = [UInt8](repeating: 0, count: 32)

    /// The next position and the code before it; they stay so until the transaction is over.
    func end(in tx: Transaction) async throws -> (next: Int, code: [UInt8]) {
        try await tx.lock(table)
        guard let last = try await tx.first("SELECT position, code FROM \(table) ORDER BY position DESC LIMIT 1") else {
            return (1, Self.start)
        }
        return (try last["position", as: Int.self] + 1, try last["code"])
    }

    func code(of entry: some ChainedEntry, after previous: [UInt8]) -> [UInt8] {
        var message = previous + entry.sealed
        for text in ["\(entry.position)"] + entry.texts {
            // With their lengths, no two entries are one text.
            message += Array("\(text.utf8.count):\(text)".utf8)
        }
        return HMACSHA256.code(of: message, key: key)
    }

    /// The code of something that stands beside the chain.
    func digest(of text: String) -> [UInt8] { HMACSHA256.code(of: Array(text.utf8), key: key) }

    /// Follows the chain from its beginning; memory does not grow with its length.
    func verify<Entry: ChainedEntry>(
        _ type: Entry.Type,
        in reader: DatabaseReader,
        where isWhole: (Row, Entry) throws -> Bool = { _, _ in true }
    ) async throws -> Verdict {
        var code = Self.start
        var count = 0
        for try await row in reader.rows("SELECT * FROM \(table) ORDER BY position") {
            let entry = try Entry(row)
            code = self.code(of: entry, after: code)
            count += 1
            guard entry.position == count, constantTimeEqual(code, try row["code"]), try isWhole(row, entry) else {
                return .broken(position: count)
            }
        }
        return .whole(count)
    }
}
