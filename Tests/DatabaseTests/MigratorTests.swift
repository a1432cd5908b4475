import Database
import TestSupport
import Testing

@Suite("Migrations") struct MigratorTests {
    private static let first = Migration(
        feature: "garden",
        number: 1,
        name: "beds",
        up: """
            CREATE TABLE beds (id {uuid} PRIMARY KEY, made_at {timestamp} NOT NULL, is_raised {boolean} NOT NULL) {strict};
            -- the second statement; and a comment with a semicolon
            CREATE INDEX beds_by_time ON beds (made_at);
            """,
        down: "DROP TABLE beds"
    )
    private static let second = Migration(
        feature: "garden",
        number: 2,
        name: "slugs",
        up: "CREATE TABLE slugs (id {uuid} PRIMARY KEY)",
        down: nil
    )

    @Test("Steps are applied once and can be taken back", arguments: Engine.allCases)
    func upAndDown(engine: Engine) async throws {
        try await engine.withDatabase { database async throws in
            let migrator = Migrator(database, migrations: [Self.first])
            #expect(try await migrator.up() == [Self.first])
            #expect(try await migrator.up() == [])
            #expect(try await migrator.status().map(\.state) == [.applied])
            #expect(try await database.count("beds") == 0)
            #expect(try await migrator.down("garden", to: 0) == [Self.first])
            #expect(try await migrator.status().map(\.state) == [.pending])
            #expect(await databaseFault { try await database.count("beds") } != nil)
            #expect(try await migrator.up() == [Self.first])
        }
    }

    @Test("A later version's steps and edited steps are refused by name", arguments: Engine.allCases)
    func refusals(engine: Engine) async throws {
        try await engine.withDatabase { database async throws in
            _ = try await Migrator(database, migrations: [Self.first, Self.second]).up()

            let older = Migrator(database, migrations: [Self.first])
            let unknown = await #expect(throws: MigrationFault.self) { try await older.up() }
            #expect(unknown == .unknown("garden/2 slugs"))
            #expect(try await older.status().map(\.state) == [.applied, .unknown])

            let edited = Migration(feature: "garden", number: 1, name: "beds", up: "SELECT 1", down: nil)
            let changed = Migrator(database, migrations: [edited, Self.second])
            let fault = await #expect(throws: MigrationFault.self) { try await changed.up() }
            #expect(fault == .changed("garden/1 beds"))
            #expect("\(fault.map(String.init(describing:)) ?? "")".contains("restore a backup"))

            let whole = Migrator(database, migrations: [Self.first, Self.second])
            let stuck = await #expect(throws: MigrationFault.self) { try await whole.down("garden", to: 0) }
            #expect(stuck == .notReversible("garden/2"))
        }
    }

    @Test("A step that fails leaves nothing behind and names itself", arguments: Engine.allCases)
    func failure(engine: Engine) async throws {
        try await engine.withDatabase { database async throws in
            let broken = Migration(
                feature: "garden",
                number: 1,
                name: "broken",
                up: "CREATE TABLE half (id {uuid} PRIMARY KEY); CREATE TABL oops (x)",
                down: nil
            )
            let fault = await #expect(throws: MigrationFault.self) {
                try await Migrator(database, migrations: [broken]).up()
            }
            #expect("\(fault.map(String.init(describing:)) ?? "")".contains("garden/1"))
            #expect(await databaseFault { try await database.count("half") }?.code == .statement)
        }
    }

    @Test("Two servers that start together apply each step once", arguments: [Engine.sqliteFile, .postgres])
    func twoServers(engine: Engine) async throws {
        try await engine.withURL { url in
            let steps = (1...20).map { number in
                Migration(
                    feature: "garden",
                    number: number,
                    name: "t\(number)",
                    up: SQLScript("CREATE TABLE t\(number) (id {uuid} PRIMARY KEY)"),
                    down: nil
                )
            }
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let database = try await Database.open(url)
                        let applied = try await Migrator(database, migrations: steps).up()
                        await database.close()
                        return applied.count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.reduce(0, +) == 20)
        }
    }
}
