import Core
import Database
import Synchronization
import TestSupport
import Testing

@Suite("Copying all rows") struct TableCopyTests {
    @Test(
        "Values of every kind arrive the same, in either direction",
        arguments: [
            (Engine.sqliteFile, Engine.postgres), (.postgres, .sqliteFile), (.postgres, .postgres),
            (.sqliteFile, .sqliteMemory),
        ]
    )
    func everyKind(from: Engine, to: Engine) async throws {
        try await withPair(from, to) { copy, source, target async throws in
            try await Orchard.fill(source, trees: 4_321)
            let copied = try await copy { _, _, _, _ in }
            #expect(copied.map(\.table) == ["kind", "word_note", "meadow", "tree", "visit"])
            let trees = try #require(copied.first { $0.table == "tree" })
            #expect(trees.checksum.rows == 4_321)
            for sql in [
                "SELECT id, parent, kind, planted_at, height, bark, is_old FROM tree ORDER BY id",
                "SELECT number, label FROM kind ORDER BY number", "SELECT id, favourite FROM meadow ORDER BY id",
            ] {
                let wanted = try await source.query(sql).map { $0.values.map(\.asSQLite) }
                let found = try await target.query(sql).map { $0.values.map(\.asSQLite) }
                #expect(wanted == found)
            }
            // Nothing of the copy itself stays, and the target is an ordinary database: its counters and indexes go on.
            #expect(try await target.read { try await $0.tableNames() }.contains("unfinished_copy") == false)
            #expect(try await Migrator(target, migrations: Orchard.migrations).up() == [])
            let next: Int = try await target.write { tx in
                try await tx.value("INSERT INTO kind (label) VALUES ('new') RETURNING number")
            }
            #expect(next == 8)
            let note = Orchard.words
            let engine = target.engine
            let hits = try await target.query(
                "SELECT id FROM word_note WHERE \(note.condition(engine, parameter: 1))",
                [try #require(note.pattern(for: "hedge", engine))]
            )
            #expect(hits.count == 1)
        }
    }

    @Test(
        "A copy that stopped goes on where it was, and no server starts on it meanwhile",
        arguments: [Engine.sqliteFile, .postgres]
    )
    func goesOn(engine: Engine) async throws {
        try await withPair(.sqliteFile, engine) { copy, source, target async throws in
            try await Orchard.fill(source, trees: 6_000)
            await Self.stop(copy) { phase, table, rows in phase == .copied && table == "tree" && rows >= 4_000 }
            let half = try await target.count("tree")
            #expect(half >= 4_000 && half < 6_000)
            let fault = await #expect(throws: MigrationFault.self) {
                try await Migrator(target, migrations: Orchard.migrations).up()
            }
            #expect(fault == .halfCopied)
            let first = Mutex<Int?>(nil)
            let copied = try await copy { phase, table, rows, _ in
                if phase == .copied, table == "tree" { first.withLock { $0 = $0 ?? rows } }
            }
            #expect(first.withLock { $0 } == half)
            #expect(copied.first { $0.table == "tree" }?.checksum.rows == 6_000)
        }
    }

    @Test(
        "A target with rows, of another program, or with another's unfinished copy is refused",
        arguments: [Engine.sqliteFile, .postgres]
    )
    func refusals(engine: Engine) async throws {
        try await withPair(.sqliteFile, engine) { copy, source, target async throws in
            try await Orchard.fill(source, trees: 2)
            try await target.execute("CREATE TABLE theirs (a INTEGER)")
            let foreign = await #expect(throws: CopyFault.self) { try await copy { _, _, _, _ in } }
            #expect(foreign == .notEmpty(table: "theirs"))
            try await target.execute("DROP TABLE theirs")
            _ = try await Migrator(target, migrations: Orchard.migrations).up()
            try await target.execute("INSERT INTO kind (label) VALUES ('mine')")
            let filled = await #expect(throws: CopyFault.self) { try await copy { _, _, _, _ in } }
            #expect(filled == .notEmpty(table: "kind"))
            #expect(try await target.count("kind") == 1)
            try await target.execute("DELETE FROM kind")

            try await withTemporaryDirectory { folder async throws in
                let other = try await Database.open("sqlite:\(folder)/other.db")
                _ = try await Migrator(other, migrations: Orchard.migrations).up()
                try await other.execute("INSERT INTO kind (number, label) VALUES (1, 'a')")
                let schema = try await Orchard.schema
                let others = TableCopy(from: other, to: target, migrations: Orchard.migrations, schema: schema)
                await Self.stop(others) { _, _, _ in true }
                let strange = await #expect(throws: CopyFault.self) { try await copy { _, _, _, _ in } }
                #expect(strange == .ofAnotherSource)
                await other.close()
            }
            let copied = try await copy(anew: true) { _, _, _, _ in }
            #expect(copied.first { $0.table == "tree" }?.checksum.rows == 2)
        }
    }

    @Test("One changed letter and one lost row are noticed", arguments: [Engine.sqliteFile, .postgres])
    func damage(engine: Engine) async throws {
        try await withPair(.sqliteFile, engine) { copy, source, target async throws in
            try await Orchard.fill(source, trees: 50)
            _ = try await copy { _, _, _, _ in }
            _ = try await copy.compare { _, _, _, _ in }
            try await target.execute("UPDATE kind SET label = 'Lime' WHERE number = 2")
            let changed = await #expect(throws: CopyFault.self) { try await copy.compare { _, _, _, _ in } }
            #expect(changed == .otherContent(table: "kind"))
            try await target.execute("UPDATE kind SET label = 'lime' WHERE number = 2")
            try await target.execute("DELETE FROM visit WHERE place = 1")
            let lost = await #expect(throws: CopyFault.self) { try await copy.compare { _, _, _, _ in } }
            #expect(lost == .otherCount(table: "visit", source: 50, target: 49))
        }
    }

    @Test("A source that is behind or a row that the target refuses is said, with what to do")
    func sourceTrouble() async throws {
        try await withPair(.sqliteFile, .postgres) { copy, source, target async throws in
            // PostgreSQL takes no NUL in JSON.
            try await source.execute(
                "INSERT INTO word_note (id, title, body) VALUES ($1, 'a', $2)",
                [.uuid(.next()), .text(#"{"a": "\u0000"}"#)]
            )
            let refused = await #expect(throws: CopyFault.self) { try await copy { _, _, _, _ in } }
            #expect("\(refused.map { "\($0)" } ?? "")".contains("refuses a row of word_note among those from 1 to 1"))
            try await source.execute("DELETE FROM word_note")
            _ = try await copy { _, _, _, _ in }
            try await source.execute("DELETE FROM schema_migrations WHERE number = 2")
            let behind = await #expect(throws: CopyFault.self) { try await copy { _, _, _, _ in } }
            #expect("\(behind.map { "\($0)" } ?? "")".contains("hedgerow migrate up"))
        }
    }

    /// Copies until that moment.
    private static func stop(
        _ copy: TableCopy,
        at moment: @escaping @Sendable (TableCopy.Phase, String, Int) -> Bool
    ) async {
        let task = Task {
            try await copy { phase, table, rows, _ in
                if moment(phase, table, rows) { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// Gives the body a copy between two databases; the source has the tables, the target nothing.
    private func withPair(
        _ from: Engine,
        _ to: Engine,
        _ body: (TableCopy, Database, Database) async throws -> Void
    ) async throws {
        let schema = try await Orchard.schema
        try await from.withURL { sourceURL async throws in
            try await to.withURL { targetURL async throws in
                let source = try await Database.open(sourceURL)
                let target = try await Database.open(targetURL)
                let result: Result<Void, any Error>
                do {
                    _ = try await Migrator(source, migrations: Orchard.migrations).up()
                    let copy = TableCopy(from: source, to: target, migrations: Orchard.migrations, schema: schema)
                    result = .success(try await body(copy, source, target))
                } catch {
                    result = .failure(error)
                }
                await source.close()
                await target.close()
                try result.get()
            }
        }
    }
}

extension SQLValue {
    /// The form in which SQLite gives it.
    fileprivate var asSQLite: SQLValue {
        switch self {
        case .uuid(let id):
            .blob((0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? id.high : id.low) >> UInt64(56 - $0 % 8 * 8)) })
        case .timestamp(let moment): .integer(moment.microseconds)
        case .boolean(let flag): .integer(flag ? 1 : 0)
        default: self
        }
    }
}
