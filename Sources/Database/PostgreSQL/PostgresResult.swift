import CPostgres

/// What the server answered to one command.
@safe final class PostgresResult {
    private let raw: OpaquePointer
    let columns: Columns
    private let types: [UInt32]

    /// Takes over the handle.
    init(raw: OpaquePointer) {
        unsafe self.raw = raw
        let fields = 0..<(unsafe PQnfields(raw))
        columns = Columns(fields.map { column in unsafe PQfname(raw, column).map { unsafe String(cString: $0) } ?? "" })
        types = fields.map { column in unsafe PQftype(raw, column) }
    }

    deinit { unsafe PQclear(raw) }

    var rowCount: Int { Int(unsafe PQntuples(raw)) }
    var byteCount: Int { unsafe PQresultMemorySize(raw) }

    /// How many rows the command changed; zero for one that only reads or declares.
    var changedRows: Int {
        guard let tag = unsafe PQcmdStatus(raw), let count = unsafe PQcmdTuples(raw) else { return 0 }
        let verb = unsafe String(cString: tag).prefix { $0 != " " }
        guard ["INSERT", "UPDATE", "DELETE", "MERGE"].contains(verb) else { return 0 }
        return Int(unsafe String(cString: count)) ?? 0
    }

    /// What is wrong, `nil` when the command went well.
    var fault: (state: String, fault: DatabaseFault)? {
        switch unsafe PQresultStatus(raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return nil
        case PGRES_EMPTY_QUERY: return ("42601", DatabaseFault(.statement, "an empty statement"))
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            return ("0A000", DatabaseFault(.statement, "COPY is not used here"))
        case PGRES_PIPELINE_ABORTED: return ("25P02", DatabaseFault(.aborted, "a command before this one failed"))
        default: break
        }
        let message = unsafe text(cpostgres_message(raw)) ?? "no message"
        guard var state = unsafe text(cpostgres_sqlstate(raw)) else { return ("08006", .lost("the server closed it")) }
        if state == "0A000", message.contains("cached plan") { state = PostgresState.stalePlan }
        let constraint = unsafe text(cpostgres_constraint(raw)) ?? text(cpostgres_column(raw))
        return (state, .postgres(state, message, constraint: constraint))
    }

    /// - Throws: `row` when a column has a type that this program does not use.
    func row(_ index: Int) throws -> Row {
        Row(columns: columns, values: try types.indices.map { try value(Int32(index), Int32($0)) })
    }

    private func value(_ row: Int32, _ column: Int32) throws -> SQLValue {
        if unsafe PQgetisnull(raw, row, column) != 0 { return .null }
        let count = Int(unsafe PQgetlength(raw, row, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(raw, row, column), count: count)
        guard let value = unsafe SQLValue(postgres: bytes, type: types[Int(column)]) else {
            let name = columns.names[Int(column)]
            throw DatabaseFault(.row, "column \(name) has a type not used here (\(types[Int(column)])): CAST it")
        }
        return value
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? { unsafe pointer.map { unsafe String(cString: $0) } }
}
