import Core

/// How far a copy has come, kept in its target until it is whole, so that it can go on after the process was killed.
enum CopyState {
    static let table = "unfinished_copy"

    /// How much of one table is there.
    struct Place {
        let rows: Int
        /// The key of the last row.
        let last: [SQLValue]
    }

    static func isThere(in reader: DatabaseReader) async throws -> Bool {
        try await reader.tableNames().contains(table)
    }

    /// Begins the copy of that source.
    static func make(_ source: String, in tx: Transaction) async throws {
        let table = SQLScript(
            """
            CREATE TABLE \(Self.table) (
                name {text} PRIMARY KEY, source {text} NOT NULL, row_count {integer} NOT NULL, last_key {blob} NOT NULL
            ) {strict}
            """
        )
        try await tx.execute(table.text(for: tx.engine))
        try await set("", source, Place(rows: 0, last: []), in: tx)
    }

    /// Which source the unfinished copy is of.
    static func source(in reader: DatabaseReader) async throws -> String {
        try await reader.value("SELECT source FROM \(table) WHERE name = ''")
    }

    static func place(of name: String, in reader: DatabaseReader) async throws -> Place? {
        guard
            let row = try await reader.first("SELECT row_count, last_key FROM \(table) WHERE name = $1", [.text(name)])
        else { return nil }
        guard let last = RowCoding.decode(try row["last_key"]) else {
            throw DatabaseFault(.row, "\(table).last_key holds no key")
        }
        return Place(rows: try row["row_count"], last: last)
    }

    static func set(_ name: String, _ source: String, _ place: Place, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO \(table) (name, source, row_count, last_key) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET row_count = excluded.row_count, last_key = excluded.last_key
            """,
            [.text(name), .text(source), .integer(Int64(place.rows)), .blob(RowCoding.encode(place.last))]
        )
    }

    static func remove(in tx: Transaction) async throws { try await tx.execute("DROP TABLE \(table)") }
}
