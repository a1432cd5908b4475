import Core

/// Statements of a migration: one text whose `{type}` words become the engine's own, or a text per engine.
///
/// | word | SQLite | PostgreSQL |
/// | --- | --- | --- |
/// | `{uuid}` | BLOB | uuid |
/// | `{timestamp}` | INTEGER | timestamptz |
/// | `{json}` | TEXT | jsonb |
/// | `{boolean}` | INTEGER | boolean |
/// | `{integer}` | INTEGER | bigint |
/// | `{real}` | REAL | double precision |
/// | `{text}` | TEXT | text |
/// | `{blob}` | BLOB | bytea |
/// | `{strict}` | STRICT | (nothing) |
package struct SQLScript: Hashable, Sendable, ExpressibleByStringLiteral {
    private let texts: [SQLEngine: String]

    /// The same text for every engine.
    package init(_ text: String) { texts = Dictionary(uniqueKeysWithValues: SQLEngine.allCases.map { ($0, text) }) }

    package init(stringLiteral text: String) { self.init(text) }

    package init(sqlite: String, postgres: String) { texts = [.sqlite: sqlite, .postgres: postgres] }

    /// The statements as the engine understands them.
    package func text(for engine: SQLEngine) -> String {
        var text = texts[engine] ?? ""
        for (word, type) in engine.types { text.replace("{\(word)}", with: type) }
        return text
    }

    /// The statements for SQLite with the words themselves as types, to learn what each column holds.
    var sketch: String {
        var text = texts[.sqlite] ?? ""
        for word in SQLEngine.sqlite.types.keys {
            text.replace("{\(word)}", with: word == "strict" ? "" : word.uppercased())
        }
        return text
    }

    /// Changes when anybody edits the script for any engine.
    var checksum: String {
        let whole = SQLEngine.allCases.map { "\($0.rawValue)\n\(texts[$0] ?? "")\n" }.joined()
        return SHA256(of: Array(whole.utf8)).description
    }
}

extension SQLEngine {
    /// The engine's own name for each kind of value.
    var types: [String: String] {
        switch self {
        case .sqlite:
            [
                "uuid": "BLOB", "timestamp": "INTEGER", "json": "TEXT", "boolean": "INTEGER", "integer": "INTEGER",
                "real": "REAL", "text": "TEXT", "blob": "BLOB", "strict": "STRICT",
            ]
        case .postgres:
            [
                "uuid": "uuid", "timestamp": "timestamptz", "json": "jsonb", "boolean": "boolean",
                "integer": "bigint", "real": "double precision", "text": "text", "blob": "bytea", "strict": "",
            ]
        }
    }
}
