import Core
import ObjectStore

/// The hash and size of a content.
struct Digest: Hashable, Sendable {
    let sha256: SHA256
    let bytes: Int64
}

/// Passes content on and digests it on the way; ends with a throw when it is not what was expected.
struct Digesting<Base: AsyncSequence>: AsyncSequence where Base.Element == [UInt8], Base.Failure == any Error {
    typealias Element = [UInt8]
    typealias Failure = any Error

    fileprivate final class Tally {
        var hasher = SHA256.Hasher()
        var bytes: Int64 = 0
        var digest: Digest?

        func finish() -> Digest {
            let known = digest ?? Digest(sha256: hasher.finalize(), bytes: bytes)
            digest = known
            return known
        }
    }

    let base: Base
    private let expected: Digest?
    private let tally = Tally()

    init(base: Base, expecting expected: Digest? = nil) {
        self.base = base
        self.expected = expected
    }

    /// Of what has passed; asked at the end.
    func digest() -> Digest { tally.finish() }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), expected: expected, tally: tally)
    }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        var base: Base.AsyncIterator
        let expected: Digest?
        fileprivate let tally: Tally

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            guard let piece = try await base.next(isolation: actor) else {
                if let expected, tally.finish() != expected {
                    throw ObjectFault(.changed, "an object was replaced while it was read")
                }
                return nil
            }
            tally.hasher.update(piece)
            tally.bytes += Int64(piece.count)
            return piece
        }
    }
}
