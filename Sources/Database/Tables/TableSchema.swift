/// The tables of all features, those that others refer to first.
///
/// It comes from the migrations, which say what each column holds; SQLite itself does not know a UUID from other bytes.
package struct TableSchema: Hashable, Sendable {
    package let tables: [Table]
    /// Indexes of words, which are made anew from the rows rather than copied.
    let indexes: [FullTextIndex]

    /// Applies the migrations to an empty database in memory and looks at what they made.
    ///
    /// - Throws: `statement` for what cannot be copied: a table without a primary key, a type that is none of ours, a circle
    ///   of references none of which may be NULL.
    package init(migrations: [Migration], indexes: [FullTextIndex]) async throws {
        let database = try await Database.open("sqlite::memory:")
        let result: Result<[Table], any Error>
        do {
            result = .success(
                try await database.write { tx in
                    for migration in migrations { try await tx.session.run(script: migration.up.sketch) }
                    return try await Self.tables(in: tx, besides: indexes)
                }
            )
        } catch {
            result = .failure(error)
        }
        await database.close()
        tables = try Self.parentsFirst(result.get())
        self.indexes = indexes
    }

    private static func tables(in reader: DatabaseReader, besides indexes: [FullTextIndex]) async throws -> [Table] {
        let virtual = try await reader.query(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
        )
        for row in virtual {
            let name: String = try row["name"]
            guard indexes.contains(where: { $0.name == name }) else {
                throw DatabaseFault(.statement, "\(name) is an index of words that Features.indexes does not list")
            }
        }
        let names = try await reader.tableNames().subtracting(indexes.map { "\($0.name)_key" })
        var tables: [Table] = []
        for name in names.sorted() { tables.append(try await table(name, in: reader)) }
        return tables
    }

    private static func table(_ name: String, in reader: DatabaseReader) async throws -> Table {
        let rows = try await reader.query("SELECT * FROM pragma_table_info($1) ORDER BY cid", [.text(name)])
        let columns = try rows.map { row in
            let type: String = try row["type"]
            let column: String = try row["name"]
            guard let kind = ColumnKind(rawValue: type.lowercased()) else {
                throw DatabaseFault(
                    .statement,
                    "column \(name).\(column) is a \(type), which is none of the words in {}"
                )
            }
            let mayBeNull = try row["notnull", as: Int.self] == 0 && row["pk", as: Int.self] == 0
            return Table.Column(name: column, kind: kind, isNullable: mayBeNull)
        }
        let places = try rows.map { try $0["pk", as: Int.self] }
        let key = zip(places, columns).filter { $0.0 > 0 }.sorted { $0.0 < $1.0 }.map(\.1)
        guard !key.isEmpty else {
            throw DatabaseFault(.statement, "the table \(name) has no primary key, so its rows cannot be told apart")
        }
        return Table(name: name, columns: columns, key: key, references: try await references(of: name, in: reader))
    }

    private static func references(of name: String, in reader: DatabaseReader) async throws -> [Table.Reference] {
        let rows = try await reader.query(
            """
            SELECT f.id AS id, f."table" AS parent, f."from" AS child_column, coalesce(f."to", p.name) AS parent_column
            FROM pragma_foreign_key_list($1) AS f
            LEFT JOIN pragma_table_info(f."table") AS p ON f."to" IS NULL AND p.pk = f.seq + 1
            ORDER BY f.id, f.seq
            """,
            [.text(name)]
        )
        let byKey = Dictionary(grouping: rows) { (try? $0["id", as: Int.self]) ?? 0 }
        return try byKey.sorted { $0.key < $1.key }.compactMap { _, rows in
            guard let first = rows.first else { return nil }
            return Table.Reference(
                columns: try rows.map { try $0["child_column"] },
                table: try first["parent"],
                parentColumns: try rows.map { try $0["parent_column"] }
            )
        }
    }

    /// Orders the tables; where they refer in a circle, a reference that may be NULL is left for later.
    private static func parentsFirst(_ tables: [Table]) throws -> [Table] {
        var waiting = tables
        var ordered: [Table] = []
        while !waiting.isEmpty {
            let missing = Set(waiting.map(\.name))
            if let index = waiting.firstIndex(where: { $0.open(among: missing).isEmpty }) {
                ordered.append(waiting.remove(at: index))
                continue
            }
            guard
                let (index, late) = waiting.indices.lazy.compactMap({ index in
                    waiting[index].nullable(among: missing).map { (index, $0) }
                }).first
            else {
                let names = missing.sorted().joined(separator: ", ")
                throw DatabaseFault(.statement, "the tables \(names) refer to one another and never with a NULL")
            }
            waiting[index].late.formUnion(late)
        }
        return ordered
    }
}

extension Table {
    /// The references to tables that are not there yet and cannot be left open.
    fileprivate func open(among missing: Set<String>) -> [Reference] {
        references.filter { missing.contains($0.table) && late.isDisjoint(with: $0.columns) }
    }

    /// The columns that leave all open references open; `nil` when one has none that may be NULL.
    fileprivate func nullable(among missing: Set<String>) -> Set<String>? {
        var found: Set<String> = []
        for reference in open(among: missing) {
            let names = columns.filter { $0.isNullable && reference.columns.contains($0.name) }.map(\.name)
            if names.isEmpty { return nil }
            found.formUnion(names)
        }
        return found
    }
}
