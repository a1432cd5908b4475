import Core
import Database

/// Tables with every kind of column, references in a circle and to themselves, a counter and an index of words.
enum Orchard {
    static let words = FullTextIndex("word_note_words", on: "word_note", columns: ["title"])

    static let migrations = [
        Migration(
            feature: "orchard",
            number: 1,
            name: "trees",
            up: SQLScript(
                sqlite: tables("INTEGER PRIMARY KEY AUTOINCREMENT"),
                postgres: tables("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
            ),
            down: nil
        ),
        Migration(
            feature: "orchard",
            number: 2,
            name: "favourites",
            up: "ALTER TABLE meadow ADD COLUMN favourite {uuid} REFERENCES tree (id)",
            down: nil
        ),
        Migration(feature: "orchard", number: 3, name: "words", up: words.up, down: words.down),
    ]

    static var schema: TableSchema {
        get async throws { try await TableSchema(migrations: migrations, indexes: [words]) }
    }

    private static func tables(_ counter: String) -> String {
        """
        CREATE TABLE kind (number \(counter), label {text} NOT NULL) {strict};
        CREATE TABLE meadow (id {uuid} PRIMARY KEY) {strict};
        CREATE TABLE tree (
            id {uuid} PRIMARY KEY, parent {uuid} REFERENCES tree, kind {integer} NOT NULL REFERENCES kind (number),
            meadow {uuid} REFERENCES meadow (id) ON DELETE CASCADE, planted_at {timestamp} NOT NULL, height {real},
            bark {blob}, remark {text}, facts {json}, is_old {boolean} NOT NULL
        ) {strict};
        CREATE TABLE visit (
            tree {uuid} NOT NULL, place {integer} NOT NULL, name {text} NOT NULL, PRIMARY KEY (name, place),
            FOREIGN KEY (tree) REFERENCES tree (id)
        ) {strict};
        CREATE TABLE word_note (id {uuid} PRIMARY KEY, title {text} NOT NULL, body {json}) {strict};
        """
    }

    private static let texts = [
        "", "Ähre ß", "zebra", "Zebra", "a\u{301}", "🌳", "line\nbreak 'quoted' \\ \"x\"", "Żółw",
    ]
    private static let heights: [Double?] = [
        nil, 0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude, 0.1, 1e308, 3,
    ]
    private static let facts: [String?] = [
        nil, "null", "{}", #"{"b": 1.50, "a":[1,2 , {"z":null,"y":true}]}"#, #"{"a":1,"a":2}"#,
        #""\u00e9\n\ud83c\udf33/\/""#,
        "12345678901234567890123.4500", "-0", "1e2", "[ ]", #"{"é":"\t","e\u0301":"x\\\"y"}"#, "-1.5E-7",
    ]

    static func fill(_ database: Database, trees count: Int) async throws {
        let ids = (0..<count).map { _ in UUIDv7.next() }
        let meadows = (0..<3).map { _ in UUIDv7.next() }
        try await database.write { tx in
            for number in 1...7 {
                let override = tx.engine == .postgres ? "OVERRIDING SYSTEM VALUE" : ""
                try await tx.execute(
                    "INSERT INTO kind (number, label) \(override) VALUES ($1, $2)",
                    [.integer(Int64(number)), .text(number == 2 ? "lime" : "kind \(number)")]
                )
            }
            if tx.engine == .postgres {
                try await tx.execute("SELECT setval(pg_get_serial_sequence('kind', 'number'), 7)")
            }
            for id in meadows { try await tx.execute("INSERT INTO meadow (id) VALUES ($1)", [.uuid(id)]) }
            for (index, id) in ids.enumerated() {
                try await tx.execute(
                    """
                    INSERT INTO tree (id, kind, meadow, planted_at, height, bark, remark, facts, is_old)
                    VALUES ($1, $2, $3, $4, CAST($5 AS REAL), CAST($6 AS BLOB), CAST($7 AS TEXT), CAST($8 AS JSON), $9)
                    """,
                    [
                        .uuid(id), .integer(Int64(index % 7 + 1)), .uuid(meadows[index % 3]),
                        .timestamp(Timestamp(microseconds: Int64(index - 2) * 86_399_999_999)),
                        SQLValue(heights[index % heights.count]),
                        index % 5 == 0 ? .null : .blob((0..<index % 300).map { UInt8($0 & 0xFF) }),
                        index % 4 == 0 ? .null : .text(texts[index % texts.count]),
                        facts[index % facts.count].map { .json(Array($0.utf8)) } ?? .null, .boolean(index % 2 == 0),
                    ]
                )
                try await tx.execute(
                    "INSERT INTO visit (tree, place, name) VALUES ($1, $2, $3)",
                    [.uuid(id), .integer(Int64(index)), .text(texts[index % texts.count])]
                )
            }
            // Children before and after their parents in the order of the key, and a circle of two tables.
            for (index, id) in ids.enumerated() where index % 3 != 0 {
                try await tx.execute(
                    "UPDATE tree SET parent = $1 WHERE id = $2",
                    [.uuid(ids[(index * 7 + 1) % count]), .uuid(id)]
                )
            }
            try await tx.execute("UPDATE meadow SET favourite = $1 WHERE id = $2", [.uuid(ids[0]), .uuid(meadows[1])])
            let note = UUIDv7.next()
            try await tx.execute(
                "INSERT INTO word_note (id, title, body) VALUES ($1, $2, $3)",
                [.uuid(note), "a hedge and a gate", .json(Array("[]".utf8))]
            )
            try await words.refresh([note], in: tx)
        }
    }
}
