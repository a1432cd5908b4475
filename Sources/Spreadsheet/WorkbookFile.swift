internal import CXLSXWriter
internal import Core
internal import Glibc

/// libxlsxwriter's handle for one workbook, which it writes to the disk row by row.
///
/// All of it may wait, so it is used where that may be.
@safe final class WorkbookFile {
    /// Beyond, a sheet is full (1,048,576 rows), and another begins.
    private static let rowsOfSheet: UInt32 = 1_000_000
    /// In UTF-16, of one cell.
    private static let longestText = 32_767

    private let raw: UnsafeMutablePointer<lxw_workbook>
    private let columns: [String]
    private let name: String
    private let head: UnsafeMutablePointer<lxw_format>
    private let time: UnsafeMutablePointer<lxw_format>
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private var row: UInt32 = 0
    private var sheets = 0
    private var isClosed = false

    init(path: String, folder: String, sheet name: String, columns: [String]) throws(SpreadsheetFault) {
        let made = unsafe folder.withCString { folder in
            var options = unsafe lxw_workbook_options(
                constant_memory: 1,
                tmpdir: UnsafeMutablePointer(mutating: folder),
                use_zip64: 0
            )
            return unsafe workbook_new_opt(path, &options)
        }
        guard let raw = unsafe made, let head = unsafe workbook_add_format(raw),
            let time = unsafe workbook_add_format(raw)
        else { throw SpreadsheetFault(code: .disk, detail: "the workbook cannot be begun") }
        unsafe format_set_bold(head)
        unsafe format_set_num_format(time, "yyyy-mm-dd hh:mm:ss")
        unsafe (self.raw, self.head, self.time) = (raw, head, time)
        self.name = name
        self.columns = columns
        try beginSheet()
    }

    deinit { if !isClosed { unsafe lxw_workbook_free(raw) } }

    private func beginSheet() throws(SpreadsheetFault) {
        sheets += 1
        guard let sheet = unsafe workbook_add_worksheet(raw, sheets == 1 ? name : "\(name) \(sheets)") else {
            throw SpreadsheetFault(code: .disk, detail: "a sheet cannot be begun")
        }
        unsafe self.sheet = unsafe sheet
        unsafe worksheet_freeze_panes(sheet, 1, 0)
        _ = unsafe worksheet_set_column(sheet, 0, lxw_col_t(max(columns.count, 1) - 1), 18, nil)
        row = 0
        for (column, title) in columns.enumerated() {
            try unsafe check(worksheet_write_string(sheet, 0, lxw_col_t(column), title, head))
        }
        row = 1
    }

    func append(_ cells: [Cell]) throws(SpreadsheetFault) {
        if row > Self.rowsOfSheet { try beginSheet() }
        for (column, cell) in cells.enumerated() { try write(cell, lxw_col_t(column)) }
        row += 1
    }

    private func write(_ cell: Cell, _ column: lxw_col_t) throws(SpreadsheetFault) {
        switch cell {
        case .empty: break
        case .text(let text):
            let shown = text.utf16.count <= Self.longestText ? text : String(text.prefix(Self.longestText / 4))
            try unsafe check(worksheet_write_string(sheet, row, column, shown, nil))
        case .integer(let number): try unsafe check(worksheet_write_number(sheet, row, column, Double(number), nil))
        case .number(let number): try unsafe check(worksheet_write_number(sheet, row, column, number, nil))
        case .moment(let moment), .wall(let moment):
            let seconds = moment.microseconds.quotientAndRemainder(flooringBy: 1_000_000).quotient
            try unsafe check(worksheet_write_unixtime(sheet, row, column, seconds, time))
        }
    }

    /// Puts the workbook together; it is whole when this returns.
    func close() throws(SpreadsheetFault) {
        isClosed = true
        try check(unsafe workbook_close(raw))
    }

    private func check(_ error: lxw_error) throws(SpreadsheetFault) {
        guard cxlsx_is_fine(error) == 0 else { return }
        let detail = unsafe lxw_strerror(error).map { unsafe String(cString: $0) } ?? ""
        throw SpreadsheetFault(code: cxlsx_is_disk(error) != 0 ? .disk : .other, detail: detail)
    }
}
