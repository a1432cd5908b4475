package import Core

/// An index of the words in some columns of a table: FTS5 on SQLite, a GIN index over `tsvector` on PostgreSQL.
///
/// A row is found when it has, for each word asked for, a word that begins so; case does not matter, word forms do. Put `up`
/// and `down` into migrations beside those of the table, and `refresh` rows in the transaction that changes them.
package struct FullTextIndex: Hashable, Sendable {
    package let name: String
    package let table: String
    /// The table's primary key, a `{uuid}`.
    package let key: String
    package let columns: [String]

    package init(_ name: String, on table: String, key: String = "id", columns: [String]) {
        precondition(!columns.isEmpty, "an index of words needs a column")
        self.name = name
        self.table = table
        self.key = key
        self.columns = columns
    }

    /// Makes the index of the rows that are there.
    package var up: SQLScript { SQLScript(sqlite: sqliteUp, postgres: postgresUp) }

    package var down: SQLScript {
        SQLScript(
            sqlite: "DROP TABLE \(name); DROP TABLE \(name)_key",
            postgres: "DROP INDEX \(name)"
        )
    }

    /// A condition on the table's rows for a `WHERE`; its parameter takes `pattern(for:)`.
    package func condition(_ engine: SQLEngine, parameter: Int) -> String {
        switch engine {
        case .sqlite:
            """
            \(table).\(key) IN (SELECT k.key FROM \(name)_key AS k JOIN \(name) AS f ON f.rowid = k.number
            WHERE f.\(name) MATCH $\(parameter))
            """
        case .postgres: "\(document(of: table)) @@ to_tsquery('simple', $\(parameter))"
        }
    }

    /// What a person typed, as the engine takes it; `nil` when there is no word in it.
    ///
    /// Words are runs of letters and digits, the first sixteen count; anything else only separates them.
    package func pattern(for text: String, _ engine: SQLEngine) -> SQLValue? {
        let words = text.split { !$0.isLetter && !$0.isNumber }.prefix(16)
        guard !words.isEmpty else { return nil }
        switch engine {
        case .sqlite: return .text(words.map { "\"\($0)\"*" }.joined(separator: " "))
        case .postgres: return .text(words.map { "'\($0)':*" }.joined(separator: " & "))
        }
    }

    private func document(of row: String) -> String {
        let text = columns.map { "coalesce(\(row).\($0), '')" }.joined(separator: " || ' ' || ")
        return "to_tsvector('simple', \(text))"
    }

    private var postgresUp: String {
        let text = columns.map { "coalesce(\($0), '')" }.joined(separator: " || ' ' || ")
        return "CREATE INDEX \(name) ON \(table) USING gin (to_tsvector('simple', \(text)))"
    }

    /// Numbers of our own, because SQLite may renumber the rows of a table whose key is a UUID.
    private var sqliteUp: String {
        """
        CREATE TABLE \(name)_key (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE) STRICT;
        CREATE VIRTUAL TABLE \(name)
            USING fts5(\(columns.joined(separator: ", ")), tokenize = 'unicode61 remove_diacritics 0');
        INSERT INTO \(name)_key (key) SELECT \(key) FROM \(table);
        \(filling);
        """
    }

    /// Copies the words of the rows that have a number.
    private var filling: String {
        """
        INSERT INTO \(name) (rowid, \(columns.joined(separator: ", ")))
            SELECT k.number, \(columns.map { "t.\($0)" }.joined(separator: ", "))
            FROM \(name)_key AS k JOIN \(table) AS t ON t.\(key) = k.key
        """
    }
}

extension FullTextIndex {
    /// Makes the index fit these rows: call it after they were inserted, changed or deleted, in the same transaction.
    ///
    /// PostgreSQL does this by itself; in SQLite a trigger may not write to such an index while `trusted_schema` is off.
    package func refresh(_ keys: [UUIDv7], in tx: Transaction) async throws {
        guard tx.engine == .sqlite, !keys.isEmpty else { return }
        let values: [SQLValue] = [.array(keys.map { .uuid($0) })]
        let numbers = "SELECT number FROM \(name)_key WHERE key = ANY($1)"
        try await tx.execute("DELETE FROM \(name) WHERE rowid IN (\(numbers))", values)
        try await tx.execute("DELETE FROM \(name)_key WHERE key = ANY($1)", values)
        try await tx.execute(
            "INSERT INTO \(name)_key (key) SELECT \(key) FROM \(table) WHERE \(key) = ANY($1)",
            values
        )
        try await tx.execute("\(filling) WHERE k.key = ANY($1)", values)
    }

    /// Makes the index fit all rows that are there.
    func rebuild(in tx: Transaction) async throws {
        guard tx.engine == .sqlite else { return }
        try await tx.execute("DELETE FROM \(name)")
        try await tx.execute("DELETE FROM \(name)_key")
        try await tx.execute("INSERT INTO \(name)_key (key) SELECT \(key) FROM \(table)")
        try await tx.execute(filling)
    }
}
