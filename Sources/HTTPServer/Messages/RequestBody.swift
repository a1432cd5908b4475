/// The body of a request: pieces as they arrive, or whole when the route collects it.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let source: any BodySource

    /// Waits for the next piece; the client is held back while nobody asks.
    ///
    /// - Throws: `Problem` when the body breaks the route's limits, `CancellationError` when the client has left.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let source: any BodySource
        package func next() async throws -> [UInt8]? { try await source.nextPiece() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    /// The whole body.
    ///
    /// - Throws: a 413 when it is longer than `limit`.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await source.nextPiece() {
            guard bytes.count + piece.count <= limit else { throw Problem.tooLarge(limit) }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
        }
        return bytes
    }
}

/// Where the pieces of a body come from.
protocol BodySource: Sendable {
    func nextPiece() async throws -> [UInt8]?
}

/// A body that is there already.
struct WholeBody: BodySource {
    let bytes: [UInt8]
    func nextPiece() async throws -> [UInt8]? { nil }
}
