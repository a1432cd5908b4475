package import Core

/// Writes a zip archive into a sink while its entries come: names in UTF-8, zip64 where it is needed.
///
/// Each call waits while the sink does, and a few pieces of 64 KiB are all that is held, besides some hundred bytes for
/// each entry's line in the directory at the end. After a call that failed or was cancelled every other one throws
/// `broken`. A writer that is dropped before `finish` has written no whole archive.
package struct ZipWriter: ~Copyable {
    private let stream: ZipStream
    private let modified: Timestamp

    /// - Parameters:
    ///   - modified: The time of entries that come without their own.
    ///   - sink: Takes each piece, in order; it is asked for one at a time.
    /// - Throws: `ZipFault` `other` when the system lacks memory or a UTF-8 locale.
    package init(modified: Timestamp = .now(), _ sink: @escaping ([UInt8]) async throws -> Void) throws(ZipFault) {
        stream = try ZipStream(sink)
        self.modified = modified
    }

    /// Adds a file whose bytes are at hand.
    ///
    /// - Throws: `ZipFault` `unsafeName`, `duplicateName` or `broken`; `CancellationError`; what the sink throws.
    package mutating func add(
        _ name: String,
        _ bytes: [UInt8],
        compression: ZipCompression = .automatic,
        modified: Timestamp? = nil
    ) async throws {
        try await add(name, size: Int64(bytes.count), compression: compression, modified: modified) { entry in
            try await entry.write(bytes)
        }
    }

    /// Adds a file that comes in pieces, such as an object of the object store.
    ///
    /// Give its `size` in bytes where it is known: such an entry can be stored, and needs zip64 only past 4 GiB.
    ///
    /// - Throws: as `add` of bytes does; `wrongSize`; what the sequence throws.
    package mutating func add<Pieces: AsyncSequence>(
        _ name: String,
        size: Int64? = nil,
        compression: ZipCompression = .automatic,
        modified: Timestamp? = nil,
        _ pieces: Pieces
    ) async throws where Pieces.Element == [UInt8] {
        try await add(name, size: size, compression: compression, modified: modified) { entry in
            for try await piece in pieces { try await entry.write(piece) }
        }
    }

    /// Adds a file that `write` makes, such as a table row by row; `size` is as for pieces.
    ///
    /// - Throws: as `add` of bytes does; `wrongSize`; what `write` throws.
    package mutating func add(
        _ name: String,
        size: Int64? = nil,
        compression: ZipCompression = .automatic,
        modified: Timestamp? = nil,
        write: (Entry) async throws -> Void
    ) async throws {
        try stream.begin(name, size: size, compression: compression, modified: modified ?? self.modified)
        try await write(Entry(stream: stream, number: stream.entryNumber))
        try await stream.endEntry()
    }

    /// Writes the directory, without which the rest is no archive.
    ///
    /// - Throws: `ZipFault` `broken`; `CancellationError`; what the sink throws.
    package consuming func finish() async throws { try await stream.finish() }

    /// The way into one entry, open until the closure that was given it returns.
    package struct Entry {
        fileprivate let stream: ZipStream
        fileprivate let number: Int

        /// Compresses `bytes` and waits until the sink has taken what came of it.
        package func write(_ bytes: [UInt8]) async throws { try await stream.append(bytes, to: number) }

        package func write(_ text: String) async throws { try await write(Array(text.utf8)) }
    }
}
