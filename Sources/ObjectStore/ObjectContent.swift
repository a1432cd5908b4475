/// An object that is being read; it stays whole even when it is replaced or deleted meanwhile.
package struct ObjectContent: Sendable {
    package let summary: ObjectSummary
    /// The part of the object that `pieces` yields.
    package let range: Range<Int64>
    package let pieces: Pieces

    package init(summary: ObjectSummary, range: Range<Int64>, read: @escaping Pieces.Read) {
        self.summary = summary
        self.range = range
        pieces = Pieces(range: range, read: read)
    }

    /// The content in pieces of at most `size` bytes; each iteration begins anew.
    package struct Pieces: AsyncSequence, Sendable {
        package typealias Element = [UInt8]
        package typealias Failure = any Error
        /// Reads up to that many bytes from that offset; fewer than one only at the end.
        package typealias Read = @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]

        package static let size = 256 << 10

        let range: Range<Int64>
        let read: Read

        package func makeAsyncIterator() -> Iterator {
            Iterator(offset: range.lowerBound, end: range.upperBound, read: read)
        }

        package struct Iterator: AsyncIteratorProtocol {
            package typealias Failure = any Error

            private(set) var offset: Int64
            let end: Int64
            let read: Read

            package mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

            package mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
                guard offset < end else { return nil }
                let piece = try await read(offset, Int(Swift.min(Int64(Pieces.size), end - offset)))
                guard !piece.isEmpty else { throw ObjectFault(.other, "an object ended before its size") }
                offset += Int64(piece.count)
                return piece
            }
        }
    }
}
