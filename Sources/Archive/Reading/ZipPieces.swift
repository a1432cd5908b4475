/// One entry in pieces of at most 256 KiB; it can be gone through once.
package struct ZipPieces: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = any Error

    let reader: ZipReader
    let entry: ZipEntry

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader, entry: entry) }

    package struct Iterator: AsyncIteratorProtocol {
        package typealias Failure = any Error

        let reader: ZipReader
        let entry: ZipEntry

        package mutating func next() async throws -> [UInt8]? { try await reader.read(entry) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await reader.read(entry)
        }
    }
}
