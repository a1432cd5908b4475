import Core
import Database
import Foundation
import Testing

/// What every engine promises.
@Suite("Database contract") struct DatabaseContract {
    private static let values: [(String, SQLValue, SQLValue)] = [
        ("INTEGER", .integer(.max), .integer(.max)),
        ("INTEGER", .integer(.min), .integer(.min)),
        ("REAL", .real(0.1), .real(0.1)),
        ("TEXT", "", ""),
        ("TEXT", "Löwenzahn 🌼 'x'; --", "Löwenzahn 🌼 'x'; --"),
        ("BLOB", .blob([]), .blob([])),
        ("BLOB", .blob([0, 255, 0]), .blob([0, 255, 0])),
        ("INTEGER", nil, nil),
    ]

    @Test("A value comes back as it was stored", arguments: Engine.allCases)
    func roundTrip(engine: Engine) async throws {
        try await engine.withDatabase { database in
            for (type, value, expected) in Self.values {
                let rows = try await database.query("SELECT CAST($1 AS \(type)) AS v", [value])
                #expect(rows.map(\.values) == [[expected]], "\(type)")
            }
        }
    }

    @Test("UUIDs, times, JSON and booleans go through the driver's own types", arguments: Engine.allCases)
    func typedValues(engine: Engine) async throws {
        struct Care: Codable, Equatable { var waterDays: Int }
        try await engine.withDatabase { database in
            let id = UUIDv7.next()
            let now = Timestamp.now()
            let care = try JSON.encode(Care(waterDays: 3))
            let row = try #require(
                try await database.query(
                    "SELECT $1 AS id, $2 AS at, $3 AS care, $4 AS yes, $5 AS missing",
                    [.uuid(id), .timestamp(now), .json(care), true, nil]
                ).first
            )
            #expect(try row["id", as: UUIDv7.self] == id)
            #expect(try row["at", as: Timestamp.self] == now)
            #expect(try row.json("care", as: Care.self) == Care(waterDays: 3))
            #expect(try row["yes", as: Bool.self])
            #expect(try row["missing", as: String?.self] == nil)
            #expect(throws: DatabaseFault.self) { try row["id", as: Int.self] }
        }
    }

    @Test("Parameters are bound by their number, not by their order", arguments: Engine.allCases)
    func parameterNumbers(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let rows = try await database.query("SELECT $2 AS b, $1 AS a, $2 AS c", ["first", "second"])
            #expect(rows.first?.values == ["second", "first", "second"])
        }
    }

    @Test(
        "A wrong statement is a fault that says so",
        arguments: Engine.allCases,
        [
            ("SELECT $1, $3", ["a", "b", "c"]), ("SELECT $1", []), ("SELECT 1", ["a"]), ("SELECT ?", ["a"]),
            ("SELEC 1", []), ("SELECT 1; SELECT 2", []), ("SELECT * FROM nowhere", []), ("", []),
            ("SELECT $1", [.real(.nan)]), ("SELECT $1", ["a\0b"]), ("SELECT $1", [.array([1])]),
        ] as [(String, [SQLValue])]
    )
    func wrongStatement(engine: Engine, statement: (sql: String, values: [SQLValue])) async throws {
        try await engine.withDatabase { database in
            let fault = await databaseFault {
                try await database.query(statement.sql, statement.values)
            }
            #expect(fault?.code == .statement)
        }
    }

    @Test("A row names the columns it has when asked for another", arguments: Engine.allCases)
    func missingColumn(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let row = try #require(try await database.query("SELECT 'secret' AS a, 1 AS b, NULL AS n").first)
            let missing = #expect(throws: DatabaseFault.self) { try row["c", as: String.self] }
            #expect(missing?.detail == "no column c among a, b, n")
            let wrong = #expect(throws: DatabaseFault.self) { try row["a", as: Int.self] }
            #expect(wrong?.detail == "column a is text, expected an integer")
            let null = #expect(throws: DatabaseFault.self) { try row["n", as: String.self] }
            #expect(null?.detail == "column n is null, expected text")
        }
    }

    @Test(
        "A broken rule names its kind and shows no value",
        arguments: Engine.allCases,
        [
            ("INSERT INTO plants (name) VALUES ('secret')", .unique),
            ("INSERT INTO plants (id, name) VALUES (1, 'secret2')", .unique),
            ("INSERT INTO plants (name, height) VALUES ('secret3', -1)", .check),
            ("INSERT INTO plants (name) VALUES (NULL)", .notNull),
            ("INSERT INTO leaves (plant) VALUES (77)", .foreignKey),
        ] as [(String, DatabaseFault.Constraint.Kind)]
    )
    func constraints(engine: Engine, broken: (sql: String, kind: DatabaseFault.Constraint.Kind)) async throws {
        try await engine.withDatabase { database in
            try await database.execute("CREATE TABLE leaves (plant INTEGER REFERENCES plants (id))")
            try await database.execute("INSERT INTO plants (id, name) VALUES (1, $1)", ["secret"])
            let fault = await databaseFault { try await database.execute(broken.sql) }
            #expect(fault?.constraint?.kind == broken.kind)
            #expect("\(String(describing: fault))".contains("secret") == false)
        }
    }

    @Test("A throw undoes the whole transaction", arguments: Engine.allCases)
    func rollback(engine: Engine) async throws {
        struct Oops: Error {}
        try await engine.withDatabase { database in
            await #expect(throws: Oops.self) {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO plants (name) VALUES ('mint')")
                    throw Oops()
                }
            }
            let kept = try await database.count()
            #expect(kept == 0)
        }
    }

    @Test("A savepoint undoes only its own part", arguments: Engine.allCases)
    func savepoint(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { tx in
                try await tx.execute("INSERT INTO plants (name) VALUES ('mint')")
                let duplicate = await databaseFault {
                    try await tx.savepoint { tx in
                        try await tx.execute("INSERT INTO plants (name) VALUES ('sage')")
                        try await tx.execute("INSERT INTO plants (name) VALUES ('mint')")
                    }
                }
                #expect(duplicate?.constraint?.kind == .unique)
                try await tx.savepoint { tx in
                    try await tx.savepoint { try await $0.execute("INSERT INTO plants (name) VALUES ('dill')") }
                    try await tx.execute("INSERT INTO plants (name) VALUES ('thyme')")
                }
            }
            let names = try await database.query("SELECT name FROM plants ORDER BY name").map(\.values)
            #expect(names == [["dill"], ["mint"], ["thyme"]])
        }
    }

    @Test(
        "After a failure a transaction can only be rolled back, even when the error is swallowed",
        arguments: Engine.allCases
    )
    func aborted(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let fault = await databaseFault {
                try await database.write { tx in
                    try await tx.execute("INSERT INTO plants (name) VALUES ('mint')")
                    _ = try? await tx.execute("INSERT INTO plants (name) VALUES ('mint')")
                    let second = await databaseFault { try await tx.query("SELECT 1") }
                    #expect(second?.code == .aborted)
                }
            }
            #expect(fault?.code == .aborted)
            let kept = try await database.count()
            #expect(kept == 0)
        }
    }

    @Test("A read cannot change anything", arguments: Engine.allCases)
    func readsOnly(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let fault = await databaseFault {
                try await database.query("INSERT INTO plants (name) VALUES ('mint') RETURNING id")
            }
            #expect(fault?.code == .statement)
            let kept = try await database.count()
            #expect(kept == 0)
        }
    }

    @Test("RETURNING and the count of changed rows", arguments: Engine.allCases)
    func changes(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let ids = try await database.write { tx in
                try await tx.query("INSERT INTO plants (name) VALUES ('a'), ('b'), ('c') RETURNING id").map { row in
                    try row["id", as: Int.self]
                }
            }
            #expect(ids == [1, 2, 3])
            let updated = try await database.execute("UPDATE plants SET height = 1 WHERE id > $1", [1])
            #expect(updated == 2)
            let missed = try await database.execute("UPDATE plants SET height = 1 WHERE id > $1", [9])
            #expect(missed == 0)
            let declared = try await database.execute("CREATE TABLE more (x INTEGER)")
            #expect(declared == 0)
        }
    }

    @Test("Arrays work with = ANY and <> ALL, also when empty", arguments: Engine.allCases)
    func arrays(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.execute("INSERT INTO plants (name) VALUES ('a'), ('b'), ('c')")
            func names(_ condition: String, _ values: [SQLValue]) async throws -> [SQLValue] {
                try await database.query("SELECT name FROM plants WHERE \(condition) ORDER BY name", values)
                    .flatMap(\.values)
            }
            let chosen = try await names("name = ANY($1)", [.array(["c", "a", "x"])])
            #expect(chosen == ["a", "c"])
            let others = try await names("name <> ALL($2) AND id > $1", [0, .array(["c"])])
            #expect(others == ["a", "b"])
            let none = try await names("name = ANY($1)", [.array([])])
            #expect(none == [])
            let noneExcluded = try await names("name <> ALL($1)", [.array([])])
            #expect(noneExcluded == ["a", "b", "c"])
        }
    }

    @Test("Rows stream one by one and may be left in the middle", arguments: Engine.allCases)
    func streaming(engine: Engine) async throws {
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n"
        try await engine.withDatabase { database in
            let sums = try await database.read { reader in
                var sum = 0
                for try await row in reader.rows(many) { sum += try row["i", as: Int.self] }
                var first = 0
                for try await row in reader.rows(many) {
                    first += try row["i", as: Int.self]
                    if first == 6 { break }
                }
                return [sum, first]
            }
            #expect(sums == [200_010_000, 6])
        }
    }

    @Test(
        "A million rows stream in flat memory",
        .enabled(
            if: ProcessInfo.processInfo.environment["HEDGEROW_TEST_FULL"] == "1",
            "HEDGEROW_TEST_FULL=1 turns it on"
        ),
        arguments: Engine.allCases
    )
    func million(engine: Engine) async throws {
        let many = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
            SELECT i, 'a text that makes the row about two hundred bytes long, so that all of them together ' ||
                'would be seen in memory; and once more: so that all of them together would be seen there' AS words
            FROM n
            """
        try await engine.withDatabase { database in
            let before = Self.residentBytes
            let (count, most) = try await database.read { reader in
                var count = 0
                var most = 0
                for try await row in reader.rows(many) {
                    count += 1
                    if count % 50_000 == 0 { most = max(most, Self.residentBytes) }
                    if count == 1 { #expect(try row["words", as: String.self].utf8.count > 150) }
                }
                return (count, most)
            }
            #expect(count == 1_000_000)
            #expect(most - before < 40 << 20, "\((most - before) >> 20) MB")
        }
    }

    private static var residentBytes: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
    }

    @Test("The same statement can run inside its own loop", arguments: Engine.allCases)
    func nestedStatement(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.execute("INSERT INTO plants (name) VALUES ('a'), ('b')")
            let seen = try await database.read { reader in
                var seen = 0
                for try await _ in reader.rows("SELECT id FROM plants") {
                    for try await _ in reader.rows("SELECT id FROM plants") { seen += 1 }
                }
                return seen
            }
            #expect(seen == 4)
        }
    }

    @Test("A read keeps its snapshot while others write", arguments: [Engine.sqliteFile, .postgres])
    func snapshot(engine: Engine) async throws {
        try await engine.withDatabase { database async throws in
            let counts = try await database.read { reader in
                let before: Int = try await reader.value("SELECT count(*) FROM plants")
                try await Self.insert(into: database)
                let after: Int = try await reader.value("SELECT count(*) FROM plants")
                return [before, after]
            }
            #expect(counts == [0, 0])
            #expect(try await database.count() == 1)
        }
    }

    private static func insert(into database: Database) async throws {
        try await database.execute("INSERT INTO plants (name) VALUES ('mint')")
    }

    @Test("A write within a write is refused instead of waiting for itself", arguments: Engine.allCases)
    func nestedWrite(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { _ in
                #expect(await databaseFault { try await database.write { _ in } } != nil)
                #expect(await databaseFault { try await database.query("SELECT 1") } != nil)
            }
        }
    }

    @Test("A closed database is unavailable", arguments: Engine.allCases)
    func closed(engine: Engine) async throws {
        try await engine.withDatabase { database in
            await database.close()
            for attempt in [
                { _ = try await database.query("SELECT 1") }, { try await database.execute("DELETE FROM plants") },
            ] as [@Sendable () async throws -> Void] {
                let fault = await databaseFault { try await attempt() }
                #expect(fault?.code == .unavailable)
            }
        }
    }
}
