import Core
import Foundation
import ObjectStore
import Outbound
import TestSupport
import Testing

/// Every store that the contract suite runs on; a store joins by adding a case.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case files
    case s3ByPath = "S3, bucket in the path"
    case s3ByHost = "S3, bucket in the host's name"

    var testDescription: String { rawValue }

    func withStore<Value>(
        clock: WallClock = .system,
        _ body: (any ObjectStore) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .files:
            try await withTemporaryDirectory { folder in
                try await body(try await FileObjectStore(root: folder + "/store", clock: clock))
            }
        case .s3ByPath, .s3ByHost:
            try await body(s3(style: self == .s3ByHost ? .host : .path, clock: clock))
        }
    }
}

private let client = HTTPClient(agent: "Hedgerow/test")

/// A store of the test's own: a prefix that nobody else has, below which all is gone with the server.
func s3(
    style: S3Location.Style = .path,
    secret: String? = nil,
    clock: WallClock = .system,
    tune: (inout S3ObjectStore.Tuning) -> Void = { _ in }
) async throws -> S3ObjectStore {
    let server = try await S3Server.shared
    var tuning = S3ObjectStore.Tuning()
    tuning.partSize = 5 << 20
    tuning.retries.first = .milliseconds(5)
    tune(&tuning)
    return S3ObjectStore(
        try S3Location(
            bucket: server.bucket,
            prefix: "tests/\(UUIDv7.next())",
            endpoint: style == .path ? server.endpoint : server.namedEndpoint,
            style: style
        ),
        credentials: S3Credentials(accessKey: server.accessKey, secretKey: secret ?? server.secretKey),
        http: client,
        tuning: tuning,
        clock: clock
    )
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
