import CSQLite
import Core

/// A prepared statement; its connection owns it and it never leaves that connection's queue.
@safe final class SQLiteStatement {
    let sql: String
    let isReadOnly: Bool
    /// Which use of the statement is the current one; a cursor of an earlier use does nothing.
    private(set) var lease: UInt64 = 0
    private(set) var isLeased = false

    private let raw: OpaquePointer
    private let parameters: [Parameter]
    private let highestParameter: Int
    private var columns: Columns?
    private var preparations: Int32 = 0

    private struct Parameter {
        let index: Int32
        let number: Int
        /// Which element of an array, for `$2_5`.
        let element: Int?
    }

    /// Takes over the handle.
    init(sql: String, raw: OpaquePointer) throws {
        self.sql = sql
        unsafe self.raw = raw
        isReadOnly = unsafe sqlite3_stmt_readonly(raw) != 0
        // A named parameter is numbered by its first appearance, so `$2` may well have the index 1.
        parameters = try (0..<(unsafe sqlite3_bind_parameter_count(raw))).map { position in
            let name = unsafe sqlite3_bind_parameter_name(raw, position + 1).map { unsafe String(cString: $0) } ?? "?"
            let parts = name.dropFirst().split(separator: "_", omittingEmptySubsequences: false)
            guard name.first == "$", let number = parts.first.flatMap({ Int($0) }), number > 0, parts.count <= 2
            else { throw DatabaseFault(.statement, "parameter \(name) is not written $1, $2, …") }
            return Parameter(index: position + 1, number: number, element: parts.count == 2 ? Int(parts[1]) : nil)
        }
        let numbers = Set(parameters.map(\.number))
        highestParameter = numbers.max() ?? 0
        guard numbers.count == highestParameter else {
            throw DatabaseFault(.statement, "the parameters have a gap below $\(highestParameter)")
        }
    }

    deinit { unsafe sqlite3_finalize(raw) }

    var columnCount: Int { Int(unsafe sqlite3_column_count(raw)) }

    func take() {
        precondition(!isLeased, "a statement has one user at a time")
        isLeased = true
        lease += 1
    }

    /// Ends the current use: the statement holds no snapshot and no values.
    func giveBack() {
        isLeased = false
        _ = unsafe sqlite3_reset(raw)  // repeats the error of the last step, which has been reported
        _ = unsafe sqlite3_clear_bindings(raw)
    }

    /// `true` when a row is there, `false` at the end.
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(raw)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case SQLITE_INTERRUPT: throw CancellationError()
        default: throw unsafe SQLiteConnection.fault(code, sqlite3_db_handle(raw))
        }
    }

    func bind(_ values: [SQLValue]) throws {
        guard values.count == highestParameter else {
            throw DatabaseFault(.statement, "the statement has \(highestParameter) parameters, \(values.count) given")
        }
        for parameter in parameters {
            var value = values[parameter.number - 1]
            if case .array(let elements) = value, let element = parameter.element {
                value = elements.indices.contains(element) ? elements[element] : .null
            }
            let code = try bind(value, parameter)
            if code != SQLITE_OK { throw unsafe SQLiteConnection.fault(code, sqlite3_db_handle(raw)) }
        }
    }

    private func bind(_ value: SQLValue, _ parameter: Parameter) throws -> Int32 {
        let index = parameter.index
        switch value {
        case .null: return unsafe sqlite3_bind_null(raw, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(raw, index, number)
        case .boolean(let flag): return unsafe sqlite3_bind_int64(raw, index, flag ? 1 : 0)
        case .timestamp(let moment): return unsafe sqlite3_bind_int64(raw, index, moment.microseconds)
        case .real(let number):
            // SQLite would store NULL in its place without a word.
            guard !number.isNaN else {
                throw DatabaseFault(.statement, "$\(parameter.number) is not a number")
            }
            return unsafe sqlite3_bind_double(raw, index, number)
        case .text(var text):
            return try text.withUTF8 { try unsafe bind(text: $0, parameter) }
        case .json(let bytes):
            return try unsafe bytes.withUnsafeBufferPointer { try unsafe bind(text: $0, parameter) }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes {
                unsafe csqlite_bind_blob(raw, index, $0.baseAddress, UInt64($0.count))
            }
        case .uuid(let id):
            return unsafe id.bytes.withUnsafeBytes {
                unsafe csqlite_bind_blob(raw, index, $0.baseAddress, UInt64($0.count))
            }
        case .array:
            throw DatabaseFault(.statement, "$\(parameter.number) is an array: use = ANY($n) or <> ALL($n)")
        }
    }

    private func bind(text: UnsafeBufferPointer<UInt8>, _ parameter: Parameter) throws -> Int32 {
        // PostgreSQL refuses NUL, so both engines do.
        guard !(unsafe text.contains(0)) else {
            throw DatabaseFault(.statement, "$\(parameter.number) is text with a NUL")
        }
        return unsafe text.withMemoryRebound(to: CChar.self) {
            unsafe csqlite_bind_text(raw, parameter.index, $0.baseAddress, UInt64($0.count))
        }
    }

    /// The row at which the last step stopped.
    func row() -> Row {
        let columns = currentColumns()
        return Row(columns: columns, values: columns.names.indices.map { value(Int32($0)) })
    }

    private func currentColumns() -> Columns {
        // SQLite prepares a statement anew when another connection changed the schema.
        let preparations = unsafe sqlite3_stmt_status(raw, SQLITE_STMTSTATUS_REPREPARE, 0)
        if let columns, preparations == self.preparations { return columns }
        self.preparations = preparations
        let fresh = Columns(
            (0..<(unsafe sqlite3_column_count(raw))).map { column in
                unsafe sqlite3_column_name(raw, column).map { unsafe String(cString: $0) } ?? ""
            }
        )
        columns = fresh
        return fresh
    }

    private func value(_ column: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(raw, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(raw, column))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(raw, column))
        case SQLITE_TEXT:
            guard let text = unsafe sqlite3_column_text(raw, column) else { return .text("") }
            let count = Int(unsafe sqlite3_column_bytes(raw, column))
            return unsafe .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = unsafe sqlite3_column_blob(raw, column) else { return .blob([]) }
            let count = Int(unsafe sqlite3_column_bytes(raw, column))
            return unsafe .blob(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .null
        }
    }
}
