import Core
import Database
import ObjectStore

/// One line of a backup's list of objects.
struct ObjectEntry: Hashable, Sendable {
    let key: ObjectKey
    let size: Int64
    let modified: Timestamp
    let hash: SHA256

    init(_ summary: ObjectSummary, size: Int64, hash: SHA256) {
        key = summary.key
        self.size = size
        modified = summary.modified
        self.hash = hash
    }

    var values: [SQLValue] {
        [.text(key.description), .integer(size), .timestamp(modified), .blob(hash.bytes)]
    }

    /// `nil` for a row that is no such line.
    init?(_ values: [SQLValue]) {
        guard values.count == 4, case .text(let key) = values[0], case .integer(let size) = values[1],
            case .timestamp(let modified) = values[2], case .blob(let bytes) = values[3], size >= 0,
            let key = try? ObjectKey(key), let hash = SHA256(hexadecimal: bytes.hexadecimal)
        else { return nil }
        self.key = key
        self.size = size
        self.modified = modified
        self.hash = hash
    }
}

/// The lines of a backup's list, in the order of their keys.
struct ObjectEntries: AsyncSequence {
    typealias Element = ObjectEntry
    typealias Failure = any Error

    let rows: BackedUpRows

    init(_ content: VaultContent) { rows = BackedUpRows(content) }

    func makeAsyncIterator() -> Iterator { Iterator(name: rows.content.base.name, rows: rows.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let name: String
        var rows: BackedUpRows.Iterator
        private var last: ObjectKey?

        init(name: String, rows: BackedUpRows.Iterator) {
            self.name = name
            self.rows = rows
        }

        mutating func next() async throws -> ObjectEntry? {
            guard let row = try await rows.next() else { return nil }
            guard let entry = ObjectEntry(row), last.map({ $0 < entry.key }) ?? true else {
                throw BackupFault.damaged("\(name) has a line that is none")
            }
            last = entry.key
            return entry
        }
    }
}
