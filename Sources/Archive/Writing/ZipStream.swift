internal import Core

/// An archive on its way into a sink, which may be slow: never more than a few pieces are in memory.
final class ZipStream {
    typealias Sink = ([UInt8]) async throws -> Void

    /// How much is compressed between two looks at the sink and at cancellation, and how large pieces are, in bytes.
    static let pieceSize = 64 << 10

    private let encoder: ZipEncoder
    private let sink: Sink
    private var names: Set<String> = []
    /// Bytes that the entry still lacks; `nil` when its size was not promised.
    private var missing: Int64?
    /// False while something is under way, so that it stays false when that fails or is cancelled.
    private var isSound = true

    /// Counts entries, so that a way into one is closed when it has ended.
    private(set) var entryNumber = 0
    private var isInEntry = false

    init(_ sink: @escaping Sink) throws(ZipFault) {
        encoder = try ZipEncoder()
        self.sink = sink
    }

    func begin(_ name: String, size: Int64?, compression: ZipCompression, modified: Timestamp) throws {
        guard isSound, !isInEntry else { throw ZipFault(.broken) }
        try Task.checkCancellation()
        guard !name.hasSuffix("/"), (size ?? 0) >= 0 else { throw ZipFault(.unsafeName, name.debugDescription) }
        let name = try ZipName.checked(name)
        guard names.insert(name).inserted else { throw ZipFault(.duplicateName, name) }
        isSound = false
        // Readers of streams cannot tell where something stored ends unless they are told in advance.
        let isStored = size != nil && compression.stores(name)
        try encoder.begin(name, size: size, stored: isStored, modified: modified)
        missing = size
        entryNumber += 1
        isInEntry = true
        isSound = true
    }

    func append(_ bytes: [UInt8], to entry: Int) async throws {
        guard isSound, isInEntry, entry == entryNumber else { throw ZipFault(isSound ? .passed : .broken) }
        isSound = false
        if let missing {
            guard bytes.count <= missing else { throw ZipFault(.wrongSize) }
            self.missing = missing - Int64(bytes.count)
        }
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.pieceSize, bytes.count)
            try encoder.append(bytes[start..<end])
            start = end
            // Compressing takes a while, and a sink that never waits would keep the thread for all of it.
            if start < bytes.count { await Task.yield() }
            try await flush(above: Self.pieceSize)
        }
        isSound = true
    }

    func endEntry() async throws {
        guard isSound, isInEntry else { throw ZipFault(.broken) }
        isSound = false
        guard missing ?? 0 == 0 else { throw ZipFault(.wrongSize) }
        try encoder.endEntry()
        isInEntry = false
        try await flush(above: Self.pieceSize)
        isSound = true
    }

    func finish() async throws {
        guard isSound, !isInEntry else { throw ZipFault(.broken) }
        isSound = false
        try encoder.close()
        try await flush(above: 1)
    }

    private func flush(above least: Int) async throws {
        try Task.checkCancellation()
        guard encoder.pendingCount >= least else { return }
        let bytes = encoder.takePending()
        // Only the directory at the end is ever larger than two pieces.
        guard bytes.count > 4 * Self.pieceSize else { return try await sink(bytes) }
        for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
            try await sink(Array(bytes[start..<min(start + Self.pieceSize, bytes.count)]))
        }
    }
}
