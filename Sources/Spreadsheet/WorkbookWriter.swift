internal import Core
internal import Glibc

/// Writes an Excel workbook of one table, row by row, in memory that does not grow with it.
///
/// The format says at its end what it holds, so the workbook is a file without a name in `folder` until it has been read; it
/// goes with the writer or the process. The disk has a queue of its own, so that nobody else waits for it.
package actor WorkbookWriter {
    private let executor = QueueExecutor(label: "spreadsheet.writer")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private static let pieceSize = 256 << 10

    private let folder: String
    private let sheet: String
    private let columns: [String]
    private var workbook: WorkbookFile?
    private var file: FileDescriptor?

    /// - Parameters:
    ///   - folder: Where the file lies meanwhile.
    ///   - sheet: The name of the sheet, at most 28 characters.
    ///   - columns: The first row.
    package init(in folder: String, sheet: String, columns: [String]) {
        self.folder = folder
        self.sheet = sheet
        self.columns = columns
    }

    /// Adds rows; each has a cell for each column.
    ///
    /// - Throws: `SpreadsheetFault`, `CancellationError`.
    package func append(_ rows: [[Cell]]) throws {
        try Task.checkCancellation()
        let workbook = try begun()
        for row in rows { try workbook.append(row) }
    }

    /// Puts the workbook together; nothing can be added after that.
    ///
    /// - Throws: `SpreadsheetFault`.
    package func finish() throws {
        try begun().close()
        workbook = nil
    }

    /// The next piece of the workbook that was put together; `nil` at its end.
    ///
    /// - Throws: `SpreadsheetFault`, `CancellationError`.
    package func read() throws -> [UInt8]? {
        try Task.checkCancellation()
        guard let number = file?.number else { throw SpreadsheetFault(code: .other, detail: "it is not finished") }
        var bytes = [UInt8](repeating: 0, count: Self.pieceSize)
        let count = unsafe Glibc.read(number, &bytes, bytes.count)
        guard count >= 0 else {
            throw SpreadsheetFault(code: .disk, detail: SystemError("reading the workbook").description)
        }
        return count == 0 ? nil : Array(bytes.prefix(count))
    }

    private func begun() throws(SpreadsheetFault) -> WorkbookFile {
        if let workbook { return workbook }
        let path = "\(folder)/\(UUIDv7.next())"
        let opened = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard opened >= 0, unsafe unlink(path) == 0 else {
            throw SpreadsheetFault(code: .disk, detail: SystemError("making a file in \(folder)").description)
        }
        file = FileDescriptor(owning: opened)
        // The library opens what it writes by a name, and this file has no other.
        let made = try WorkbookFile(
            path: "/proc/self/fd/\(opened)",
            folder: folder,
            sheet: sheet,
            columns: columns
        )
        workbook = made
        return made
    }
}
