import Core
import Database
import TestSupport
import Testing

/// What `Database` writes in each engine's own way.
@Suite("Pages, buckets, percentiles and words") struct SQLHelperTests {
    private static let notes = FullTextIndex("notes_words", on: "notes", columns: ["title", "body"])

    private static let migrations = [
        Migration(
            feature: "notes",
            number: 1,
            name: "notes",
            up: """
                CREATE TABLE notes (
                    id {uuid} PRIMARY KEY,
                    made_at {timestamp} NOT NULL,
                    height {real},
                    title {text} NOT NULL,
                    body {text}
                ) {strict}
                """,
            down: "DROP TABLE notes"
        ),
        Migration(feature: "notes", number: 2, name: "words", up: notes.up, down: notes.down),
    ]

    private func withNotes(_ engine: Engine, _ body: (Database, Migrator) async throws -> Void) async throws {
        try await engine.withDatabase { database in
            let migrator = Migrator(database, migrations: Self.migrations)
            _ = try await migrator.up()
            try await body(database, migrator)
        }
    }

    @discardableResult
    private func add(
        _ database: Database,
        at seconds: Double = 0,
        height: Double? = nil,
        title: String = "",
        body: String? = nil
    ) async throws -> UUIDv7 {
        let id = UUIDv7.next()
        try await change(
            database,
            id,
            "INSERT INTO notes (id, made_at, height, title, body) VALUES ($1, $2, $3, $4, $5)",
            [.timestamp(Timestamp(secondsSince1970: seconds)), SQLValue(height), .text(title), SQLValue(body)]
        )
        return id
    }

    private func change(_ database: Database, _ id: UUIDv7, _ sql: String, _ values: [SQLValue] = []) async throws {
        try await database.write { tx in
            try await tx.execute(sql, [.uuid(id)] + values)
            try await Self.notes.refresh([id], in: tx)
        }
    }

    @Test("Pages hold every row once, also when rows come and go between them", arguments: Engine.allCases)
    func pages(engine: Engine) async throws {
        try await withNotes(engine) { database, _ in
            for number in 0..<25 { try await add(database, at: Double(number / 3), title: "n\(number)") }
            let order = PageOrder.descending(.init("made_at", .timestamp), .init("id", .uuid))
            var seen: [String] = []
            var place: PagePlace?
            var count = 0
            repeat {
                let start = place
                let page = try await database.read { reader in
                    try await reader.page(
                        "SELECT id, made_at, title FROM notes WHERE title <> $1",
                        ["n7"],
                        in: order,
                        after: start,
                        limit: 10
                    )
                }
                seen += try page.rows.map { try $0["title", as: String.self] }
                // The place goes to a client and comes back as text.
                place = page.next.flatMap { order.place(from: $0.token) }
                #expect((place == nil) == (page.next == nil))
                try await add(database, at: 1_000, title: "new")
                count += 1
            } while place != nil
            #expect(count == 3)
            #expect(seen == (0..<25).reversed().map { "n\($0)" }.filter { $0 != "n7" })
        }
    }

    @Test("A place that no list gave out is none", arguments: ["", "1", "x~y", "1~2~3", "1~0197", "~"])
    func places(token: String) {
        #expect(PageOrder.ascending(.init("a", .timestamp), .init("b", .uuid)).place(from: token) == nil)
    }

    @Test("Times fall into buckets, before 1970 too", arguments: Engine.allCases)
    func buckets(engine: Engine) async throws {
        try await withNotes(engine) { database, _ in
            for seconds in [-1.0, 0, 899, 900, 1_801] { try await add(database, at: seconds) }
            let rows = try await database.read { reader in
                try await reader.query(
                    """
                    SELECT \(reader.engine.bucket("made_at", .seconds(900))) AS bucket, count(*) AS n FROM notes
                    GROUP BY bucket ORDER BY bucket
                    """
                )
            }
            let found = try rows.map { row in
                let bucket: Timestamp = try row["bucket"]
                let count: Int = try row["n"]
                return "\(bucket.secondsSince1970) \(count)"
            }
            #expect(found == ["-900.0 1", "0.0 2", "900.0 1", "1800.0 1"])
        }
    }

    @Test("Percentiles lie between the values beside them, and NULLs do not count", arguments: Engine.allCases)
    func percentiles(engine: Engine) async throws {
        try await withNotes(engine) { database, _ in
            for height in [1, 2, nil, 4, 10] as [Double?] { try await add(database, height: height) }
            let row = try await database.read { reader in
                let engine = reader.engine
                return try await reader.first(
                    """
                    SELECT \(engine.percentile(0.5, of: "height")) AS half, \(engine.percentile(1, of: "height")) AS all_of,
                    \(engine.percentile(0.9, of: "height")) AS most FROM notes
                    """
                )
            }
            let found = try #require(row)
            #expect(try found["half", as: Double.self] == 3)
            #expect(try found["all_of", as: Double.self] == 10)
            #expect(try abs(found["most", as: Double.self] - 8.2) < 1e-9)
            let none = try await database.read { reader in
                try await reader.first(
                    "SELECT \(reader.engine.percentile(0.5, of: "height")) AS half FROM notes WHERE height > 99"
                )
            }
            #expect(try #require(none)["half", as: Double?.self] == nil)
        }
    }

    @Test("Texts of a column come once each, in the order of their bytes, page by page", arguments: Engine.allCases)
    func texts(engine: Engine) async throws {
        try await engine.withDatabase { database in
            // A language orders without case and passes over signs.
            let type = engine == .postgres ? #"text COLLATE "en-x-icu""# : "TEXT"
            try await database.execute("CREATE TABLE files (name \(type))")
            let names = ["b", "a/1", "a", "a-1", "B", "a.1", "ä", "", "Z/z", "_", "a", "a1"]
            for name in names { try await database.execute("INSERT INTO files VALUES ($1)", [.text(name)]) }
            try await database.execute("INSERT INTO files VALUES (NULL)")
            let sorted = Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for limit in [1, 3, 100] {
                var found: [String] = []
                while true {
                    let page = try await database.texts(of: "name", in: "files", after: found.last, limit: limit)
                    found += page
                    if page.count < limit { break }
                }
                #expect(found == sorted)
            }
        }
    }

    @Test("Words are found by their beginnings, changed ones too, removed ones no more", arguments: Engine.allCases)
    func words(engine: Engine) async throws {
        try await withNotes(engine) { database, migrator in
            let mint = try await add(database, title: "Peppermint", body: "likes shade; don't dry out")
            let sage = try await add(database, title: "Sage", body: nil)
            func find(_ text: String) async throws -> Set<UUIDv7> {
                let index = Self.notes
                return try await database.read { reader in
                    guard let pattern = index.pattern(for: text, reader.engine) else { return [] }
                    let sql = "SELECT id FROM notes WHERE \(index.condition(reader.engine, parameter: 1))"
                    return Set(try await reader.query(sql, [pattern]).map { try $0["id", as: UUIDv7.self] })
                }
            }
            #expect(try await find("pepper") == [mint])
            #expect(try await find("SHADE, mint") == [])
            #expect(try await find("shade pepperMINT") == [mint])
            #expect(try await find("dry's \"'; DROP TABLE notes --") == [])
            #expect(try await find("'!?") == [])
            try await change(database, sage, "UPDATE notes SET body = 'in the shade' WHERE id = $1")
            #expect(try await find("shade") == [mint, sage])
            try await change(database, mint, "DELETE FROM notes WHERE id = $1")
            #expect(try await find("shade") == [sage])
            _ = try await migrator.down("notes", to: 1)
            _ = try await migrator.up()
            #expect(try await find("sage") == [sage])
        }
    }
}
