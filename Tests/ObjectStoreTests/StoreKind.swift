import Core
import Glibc
import ObjectStore
import TestSupport
import Testing

/// Every store that the contract suite runs on; a store joins by adding a case.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case files

    var testDescription: String { rawValue }

    func withStore<Value>(_ body: (any ObjectStore) async throws -> Value) async throws -> Value {
        try await withTemporaryDirectory { folder in
            try await body(try await FileObjectStore(root: folder + "/store"))
        }
    }
}

/// Yields pieces, then ends or breaks off.
struct Pieces: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error
    struct BrokenOff: Error {}

    var pieces: [[UInt8]]
    var breaksOff = false

    func makeAsyncIterator() -> Iterator { Iterator(left: pieces[...], breaksOff: breaksOff) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error
        var left: ArraySlice<[UInt8]>
        let breaksOff: Bool
        mutating func next() async throws -> [UInt8]? {
            if left.isEmpty && breaksOff { throw BrokenOff() }
            return left.popFirst()
        }
    }
}

func objectFault<Value>(_ body: () async throws -> Value) async -> ObjectFault? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ObjectFault
    }
}
