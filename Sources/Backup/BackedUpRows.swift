import Core
import Database

/// The rows of one table on their way into a backup, in pieces, with their checksum.
struct RowsToBackUp: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private final class Tally { var checksum = TableChecksum() }

    private let table: Table
    private let rows: Rows
    private let tally = Tally()
    private let progress: (Int) -> Void

    init(_ table: Table, in reader: DatabaseReader, progress: @escaping (Int) -> Void) {
        self.table = table
        self.progress = progress
        rows = reader.rows(of: table)
    }

    /// Of the rows that have passed.
    var checksum: TableChecksum { tally.checksum }

    func makeAsyncIterator() -> Iterator { Iterator(sequence: self, rows: rows.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let sequence: RowsToBackUp
        var rows: Rows.Iterator
        private static let pieceSize = 256 << 10

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            var piece: [UInt8] = []
            while piece.count < Self.pieceSize, let row = try await rows.next(isolation: actor) {
                let values = try sequence.table.values(of: row)
                sequence.tally.checksum.add(values)
                piece += RowCoding.frame(values)
            }
            guard !piece.isEmpty else { return nil }
            sequence.progress(sequence.tally.checksum.rows)
            return piece
        }
    }
}

/// Rows as they come out of a backup.
struct BackedUpRows: AsyncSequence {
    typealias Element = [SQLValue]
    typealias Failure = any Error

    let content: Digesting<VaultContent>

    init(_ content: VaultContent) { self.content = Digesting(base: content) }

    func makeAsyncIterator() -> Iterator { Iterator(name: content.base.name, pieces: content.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let name: String
        var pieces: Digesting<VaultContent>.Iterator
        private var frames = RowFrames()

        init(name: String, pieces: Digesting<VaultContent>.Iterator) {
            self.name = name
            self.pieces = pieces
        }

        mutating func next() async throws -> [SQLValue]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [SQLValue]? {
            do {
                while true {
                    if let row = try frames.next() { return row }
                    guard let piece = try await pieces.next(isolation: actor) else { break }
                    frames.append(piece)
                }
            } catch let fault as DatabaseFault {
                throw BackupFault.damaged("\(name): \(fault.detail)")
            }
            guard frames.isEmpty else { throw BackupFault.damaged("the end of \(name) is missing") }
            return nil
        }
    }
}
