internal import Core

/// Reads a zip archive from anyone, entry by entry, in little memory.
///
/// The directory at its end is looked through first: whatever is wrong with the archive or with one of its names, kinds
/// or sizes is said by `open` or `spool`, before anything was unpacked. What entries say of themselves must agree with it.
/// Disk and decompression have a queue of their own, so that nobody else waits for them.
package actor ZipReader {
    /// What `read` gives at once at most, in bytes.
    package static let pieceSize = 256 << 10

    private let executor = QueueExecutor(label: "archive.reader")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let limits: ZipLimits
    /// Of the archive, while it comes as a stream.
    private var spool: (file: ZipFile, size: Int64)?
    private var directory = ZipDirectory()
    private var decoder: ZipDecoder?
    private var current: (entry: ZipEntry, missing: Int64)?
    private var count = 0
    private var failure: ZipFault?

    private init(limits: ZipLimits) { self.limits = limits }

    /// Opens an archive that is a file; it must not change while it is read.
    ///
    /// - Throws: `ZipFault`, with every code but `wrongSize`, `passed`, `broken` and `full`.
    package static func open(_ path: String, limits: ZipLimits = ZipLimits()) async throws -> ZipReader {
        let reader = ZipReader(limits: limits)
        try await reader.open(path)
        return reader
    }

    /// Takes an archive that comes in pieces, such as an upload.
    ///
    /// A zip archive says at its end what it holds, so it is kept in a file without a name in `folder` until the reader
    /// is gone: nothing is unpacked from one that breaks off.
    ///
    /// - Throws: as `open`; `full`; what the sequence throws.
    package static func spool<Pieces: AsyncSequence>(
        _ pieces: Pieces,
        in folder: String,
        limits: ZipLimits = ZipLimits()
    ) async throws -> ZipReader where Pieces.Element == [UInt8] {
        let reader = ZipReader(limits: limits)
        try await reader.beginSpool(folder)
        try await each(of: pieces) { piece in try await reader.keep(piece) }
        try await reader.endSpool()
        return reader
    }

    /// A loop apart: within `spool` the optimiser of Swift 6.3 crashes over it.
    private static func each<Pieces: AsyncSequence>(
        of pieces: Pieces,
        _ body: (Pieces.Element) async throws -> Void
    ) async throws {
        for try await piece in pieces { try await body(piece) }
    }

    /// Goes to the next entry, in the order of the file; `nil` after the last one.
    ///
    /// What is left of the one before is read and checked, so an archive whose end has been reached is whole.
    ///
    /// - Throws: `ZipFault` `damaged`, `unsafeName` and what else a head may be refused for; `CancellationError`.
    package func next() throws -> ZipEntry? {
        while try readCurrent() != nil {}
        current = nil
        return try guarded { () throws(ZipFault) in
            guard let decoder, let head = try decoder.next() else {
                guard directory.sizes.isEmpty else { throw ZipFault(.damaged, "entries of the directory are missing") }
                decoder = nil
                return nil
            }
            let name = try ZipName.checked(head.name)
            guard let size = directory.take(name) else {
                throw ZipFault(.damaged, "\(name.debugDescription) is not in the directory")
            }
            count += 1
            let entry = ZipEntry(
                name: name,
                isFolder: head.isFolder,
                size: size,
                modified: head.modified,
                number: count
            )
            current = (entry, size)
            return entry
        }
    }

    /// The next piece of the entry that `next` gave last; `nil` at its end.
    ///
    /// - Throws: `ZipFault` `damaged`, also at the end when the checksum is wrong, or `passed`; `CancellationError`.
    package func read(_ entry: ZipEntry) throws -> [UInt8]? {
        guard entry.number == count, current != nil else { throw ZipFault(.passed, entry.name.debugDescription) }
        return try readCurrent()
    }

    /// The whole entry in memory, at most `limit` bytes.
    ///
    /// - Throws: as `read`; `entryTooLarge` past the limit.
    package func bytes(of entry: ZipEntry, limit: Int64) throws -> [UInt8] {
        guard entry.size <= limit else { throw ZipFault(.entryTooLarge, entry.name.debugDescription) }
        var bytes: [UInt8] = []
        while let piece = try read(entry) { bytes += piece }
        return bytes
    }

    /// The entry in pieces, for the object store; to be read before `next` is called again.
    package nonisolated func pieces(of entry: ZipEntry) -> ZipPieces { ZipPieces(reader: self, entry: entry) }

    private func readCurrent() throws -> [UInt8]? {
        try Task.checkCancellation()
        return try guarded { () throws(ZipFault) in
            guard let decoder, let (entry, missing) = current else { return nil }
            let piece = try decoder.read(Self.pieceSize)
            guard piece.count <= missing, !piece.isEmpty || missing == 0 else {
                throw ZipFault(.damaged, "\(entry.name.debugDescription) has not the size of the directory")
            }
            current = (entry, missing - Int64(piece.count))
            return piece.isEmpty ? nil : piece
        }
    }

    /// What is damaged stays damaged: libarchive is not asked again.
    private func guarded<Value>(_ body: () throws(ZipFault) -> Value) throws(ZipFault) -> Value {
        if let failure { throw failure }
        do { return try body() } catch {
            failure = error
            throw error
        }
    }

    private func open(_ path: String) throws { try begin(ZipFile(path: path)) }

    private func beginSpool(_ folder: String) throws { spool = (try ZipFile(spoolingIn: folder), 0) }

    private func keep(_ piece: [UInt8]) throws {
        guard let (file, size) = spool else { return }
        guard size + Int64(piece.count) <= limits.archiveBytes else {
            throw ZipFault(.tooLarge, "more than \(limits.archiveBytes) bytes of archive")
        }
        try file.append(piece)
        spool = (file, size + Int64(piece.count))
    }

    private func endSpool() throws {
        guard let (file, _) = spool else { return }
        spool = nil
        try begin(file)
    }

    private func begin(_ file: ZipFile) throws {
        directory = try ZipDirectory(of: file, limits: limits)
        // libarchive takes an archive without entries for none at all.
        if !directory.sizes.isEmpty { decoder = try ZipDecoder(file) }
    }
}
