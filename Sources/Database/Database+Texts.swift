extension Database {
    /// The different texts of a column in ascending order of their bytes: those after `last`, or from the first on.
    ///
    /// For reading a whole column page by page without one long snapshot; names are ours, never from outside.
    package func texts(of column: String, in table: String, after last: String?, limit: Int) async throws -> [String] {
        let text = engine.bytes(of: column)
        return try await query(
            """
            SELECT DISTINCT \(text) AS text FROM \(table)
            WHERE \(column) IS NOT NULL AND (CAST($1 AS TEXT) IS NULL OR \(text) > $1)
            ORDER BY text LIMIT $2
            """,
            [SQLValue(last), .integer(Int64(limit))]
        ).map { try $0["text"] }
    }
}
