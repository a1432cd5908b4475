import Core
import Spreadsheet

/// Writes the table of observations for spreadsheets, as text or as a workbook.
struct ExportObservations: Sendable {
    let walk: WalkPictures
    /// Where a workbook lies until it has been read.
    let spoolFolder: String

    func callAsFunction(_ filter: ImageFilter, _ write: (String) async throws -> Void) async throws {
        try await write(CSVLine.text(ObservationTable.columns))
        try await walk(filter) { pictures in
            try await write(pictures.flatMap(ObservationTable.rows).map { CSVLine.text($0) }.joined())
        }
    }

    /// With real dates and numbers.
    func workbook(_ filter: ImageFilter, _ sink: ([UInt8]) async throws -> Void) async throws {
        let workbook = WorkbookWriter(in: spoolFolder, sheet: "Observations", columns: ObservationTable.columns)
        try await walk(filter) { pictures in
            try await workbook.append(pictures.flatMap(ObservationTable.rows))
        }
        try await workbook.finish()
        while let piece = try await workbook.read() { try await sink(piece) }
    }
}
