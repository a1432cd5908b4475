/// A table as the migrations declare it, the same on every engine.
package struct Table: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package let name: String
        package let kind: ColumnKind
        package let isNullable: Bool
    }

    /// A foreign key.
    struct Reference: Hashable, Sendable {
        let columns: [String]
        let table: String
        let parentColumns: [String]
    }

    package let name: String
    package let columns: [Column]
    /// The columns of the primary key, in its order.
    let key: [Column]
    let references: [Reference]
    /// Columns that are filled in when all rows are there, because tables refer to one another in a circle.
    var late: Set<String> = []

    /// Whether `fillIn` has to follow `insert`.
    package var hasLateColumns: Bool { !late.isEmpty }

    /// A row's values in the order of `columns`.
    ///
    /// - Throws: `row`, naming the column, when a value is of another kind than the migrations declare.
    package func values(of row: Row) throws -> [SQLValue] {
        try zip(columns, row.values).map { column, stored in
            guard let value = column.kind.value(stored) else {
                throw DatabaseFault(.row, "column \(name).\(column.name) holds \(stored.kind) and is a \(column.kind)")
            }
            return value
        }
    }

    /// The values of the key among those of a row.
    func key(of values: [SQLValue]) -> [SQLValue] {
        key.compactMap { part in columns.firstIndex(of: part).map { values[$0] } }
    }
}
