extension DatabaseReader {
    /// The rows of a table in the order of its key, those after the one with this key; `Table.values(of:)` reads them.
    package func rows(of table: Table, after last: [SQLValue]? = nil) -> Rows {
        let names = table.key.map(\.name).joined(separator: ", ")
        var condition = ""
        if let last {
            let parameters = last.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            condition = " WHERE (\(names)) > (\(parameters))"
        }
        let columns = table.columns.map(\.name).joined(separator: ", ")
        return rows("SELECT \(columns) FROM \(table.name)\(condition) ORDER BY \(names)", last ?? [])
    }

    package func rowCount(of table: Table) async throws -> Int { try await value("SELECT count(*) FROM \(table.name)") }

    /// Whether there is any row in any of the tables; the name of the first that has one.
    package func firstTableWithRows(of schema: TableSchema) async throws -> String? {
        for table in schema.tables where try await first("SELECT 1 AS one FROM \(table.name) LIMIT 1") != nil {
            return table.name
        }
        return nil
    }

    /// How many rows refer to a row that is not there, as `table.column: count` for each foreign key that is broken.
    package func brokenReferences(of table: Table) async throws -> [String] {
        var broken: [String] = []
        for reference in table.references {
            let isSet = reference.columns.map { "c.\($0) IS NOT NULL" }.joined(separator: " AND ")
            let isEqual = zip(reference.columns, reference.parentColumns).map { "p.\($1) = c.\($0)" }
                .joined(separator: " AND ")
            let count: Int = try await value(
                """
                SELECT count(*) FROM \(table.name) AS c
                WHERE \(isSet) AND NOT EXISTS (SELECT 1 FROM \(reference.table) AS p WHERE \(isEqual))
                """
            )
            if count > 0 { broken.append("\(table.name).\(reference.columns.joined(separator: "+")): \(count)") }
        }
        return broken
    }
}

extension Transaction {
    /// Parameters of one statement, below what both engines take.
    private static let mostParameters = 16_000

    /// Inserts rows as `Table.values(of:)` gives them, with NULL in the columns that are filled in late.
    package func insert(_ rows: [[SQLValue]], into table: Table) async throws {
        let width = max(1, min(100, Self.mostParameters / table.columns.count))
        for start in stride(from: 0, to: rows.count, by: width) {
            let part = rows[start..<min(start + width, rows.count)]
            let values = part.flatMap { row in
                zip(table.columns, row).map { table.late.contains($0.name) ? SQLValue.null : $1 }
            }
            try await execute(table.insertion(of: part.count, on: engine), values)
        }
    }

    /// Fills in the columns of this row that were left open.
    package func fillIn(_ row: [SQLValue], of table: Table) async throws {
        let late = zip(table.columns, row).filter { table.late.contains($0.0.name) }
        guard late.contains(where: { $0.1 != .null }) else { return }
        let setting = late.indices.map { "\(late[$0].0.name) = \(late[$0].0.parameter($0 + 1))" }.joined(
            separator: ", "
        )
        let key = table.key.indices.map { "\(table.key[$0].name) = $\(late.count + $0 + 1)" }.joined(separator: " AND ")
        try await execute("UPDATE \(table.name) SET \(setting) WHERE \(key)", late.map(\.1) + table.key(of: row))
    }

    /// Lets what the engine derives from rows follow them: counters of identity columns, indexes of words.
    package func catchUp(_ schema: TableSchema) async throws {
        for index in schema.indexes { try await index.rebuild(in: self) }
        guard engine == .postgres else { return }
        for table in schema.tables {
            for column in table.key where column.kind == .integer {
                let highest = "(SELECT max(\(column.name)) FROM \(table.name))"
                _ = try await first(
                    """
                    SELECT setval(pg_get_serial_sequence($1, $2), \(highest)) AS last
                    WHERE pg_get_serial_sequence($1, $2) IS NOT NULL AND \(highest) > 0
                    """,
                    [.text(table.name), .text(column.name)]
                )
            }
        }
    }

    /// Deletes every row of every table.
    func deleteRows(of schema: TableSchema) async throws {
        for table in schema.tables where !table.late.isEmpty {
            let open = table.late.sorted().map { "\($0) = NULL" }.joined(separator: ", ")
            try await execute("UPDATE \(table.name) SET \(open)")
        }
        for table in schema.tables.reversed() { try await execute("DELETE FROM \(table.name)") }
    }
}

extension Table {
    fileprivate func insertion(of count: Int, on engine: SQLEngine) -> String {
        let names = columns.map(\.name).joined(separator: ", ")
        let rows = (0..<count).map { row in
            let parameters = columns.indices.map { columns[$0].parameter(row * columns.count + $0 + 1) }
            return "(\(parameters.joined(separator: ", ")))"
        }
        // Otherwise PostgreSQL refuses values for identity columns that are always generated.
        let overriding = engine == .postgres ? " OVERRIDING SYSTEM VALUE" : ""
        return "INSERT INTO \(name) (\(names))\(overriding) VALUES \(rows.joined(separator: ", "))"
    }
}

extension Table.Column {
    /// With its type, so that a NULL among many rows has one too.
    fileprivate func parameter(_ number: Int) -> String { "CAST($\(number) AS \(kind.rawValue.uppercased()))" }
}
