import Core

/// Copies every row of every feature from one database into another one, whatever their engines, and proves it.
///
/// The source is read on one snapshot. A copy that was killed goes on where it stopped, because each batch of rows is written
/// together with its place; until the end the target says that it is unfinished, and no server starts on it.
package struct TableCopy: Sendable {
    package enum Phase: String, Sendable { case copied, compared }
    package typealias Progress = @Sendable (Phase, _ table: String, _ rows: Int, _ total: Int) -> Void

    package struct Copied: Sendable {
        package let table: String
        package let checksum: TableChecksum
    }

    private let source: Database
    private let target: Database
    private let migrations: [Migration]
    private let schema: TableSchema

    /// A batch ends at so many rows or bytes.
    private static let batchRows = 2_000
    private static let batchBytes = 2 << 20

    package init(
        from source: Database,
        to target: Database,
        migrations: [Migration],
        schema: TableSchema
    ) {
        self.source = source
        self.target = target
        self.migrations = migrations
        self.schema = schema
    }

    /// Copies, or goes on with copying; `anew` deletes what an unfinished copy has left and begins again.
    package func callAsFunction(anew: Bool = false, progress: @escaping Progress) async throws -> [Copied] {
        try await check(.source)
        let identity = try await Self.identity(of: source)
        if anew { try await discard(identity) }
        try await begin(identity)
        return try await source.read { reader in
            for table in schema.tables { try await copy(table, from: reader, identity, progress) }
            for table in schema.tables where !table.late.isEmpty { try await fillIn(table, from: reader) }
            let copied = try await compare(reader, progress)
            try await target.write { tx in
                try await tx.catchUp(schema)
                try await CopyState.remove(in: tx)
            }
            return copied
        }
    }

    /// Compares the two databases and changes nothing.
    package func compare(progress: @escaping Progress) async throws -> [Copied] {
        try await check(.source)
        try await check(.target)
        return try await source.read { try await compare($0, progress) }
    }

    private func check(_ role: CopyFault.Role) async throws {
        do {
            try await Migrator(role == .source ? source : target, migrations: migrations)
                .verify(mayBeHalfCopied: role == .target)
        } catch let fault as MigrationFault {
            throw CopyFault.unfit(role, fault)
        }
    }

    /// Tells one database from another: when its tables were made, which is kept to the microsecond.
    private static func identity(of database: Database) async throws -> String {
        let rows = try await database.query(
            "SELECT feature, number, applied_at FROM \(Migrator.table) ORDER BY feature, number"
        )
        let text = try rows.map {
            "\(try $0["feature", as: String.self])/\(try $0["number", as: Int.self]) \(try $0["applied_at", as: Timestamp.self])\n"
        }.joined()
        return SHA256(of: Array(text.utf8)).description
    }

    private func discard(_ identity: String) async throws {
        try await target.write { tx in
            guard try await CopyState.isThere(in: tx) else { return }
            try await tx.deleteRows(of: schema)
            try await CopyState.remove(in: tx)
        }
    }

    private func begin(_ identity: String) async throws {
        let known = try await target.read { reader -> String? in
            let names = try await reader.tableNames()
            guard names.isEmpty || names.contains(Migrator.table) else {
                throw CopyFault.notEmpty(table: names.sorted()[0])
            }
            return names.contains(CopyState.table) ? try await CopyState.source(in: reader) : nil
        }
        if let known {
            guard known == identity else { throw CopyFault.ofAnotherSource }
            try await check(.target)
            return
        }
        _ = try await Migrator(target, migrations: migrations).up()
        try await target.write { tx in
            try await tx.lock(CopyState.table)
            if let table = try await tx.firstTableWithRows(of: schema) { throw CopyFault.notEmpty(table: table) }
            try await CopyState.make(identity, in: tx)
        }
    }

    private func copy(
        _ table: Table,
        from reader: DatabaseReader,
        _ identity: String,
        _ progress: Progress
    ) async throws {
        let place = try await target.read { try await CopyState.place(of: table.name, in: $0) }
        let total = try await reader.rowCount(of: table)
        var copied = place?.rows ?? 0
        var batch: [[SQLValue]] = []
        var bytes = 0
        progress(.copied, table.name, copied, total)
        for try await row in reader.rows(of: table, after: place?.last) {
            let values = try table.values(of: row)
            batch.append(values)
            bytes += values.weight
            guard batch.count >= Self.batchRows || bytes >= Self.batchBytes else { continue }
            copied += batch.count
            try await write(batch, of: table, identity, copied)
            progress(.copied, table.name, copied, total)
            batch = []
            bytes = 0
        }
        guard !batch.isEmpty else { return }
        copied += batch.count
        try await write(batch, of: table, identity, copied)
        progress(.copied, table.name, copied, total)
    }

    private func write(_ batch: [[SQLValue]], of table: Table, _ identity: String, _ copied: Int) async throws {
        guard let last = batch.last else { return }
        do {
            try await target.write { tx in
                try await tx.insert(batch, into: table)
                let place = CopyState.Place(rows: copied, last: table.key(of: last))
                try await CopyState.set(table.name, identity, place, in: tx)
            }
        } catch let fault as DatabaseFault where !fault.isMendable {
            throw CopyFault.refused(table: table.name, rows: copied - batch.count + 1...copied, fault)
        }
    }

    private func fillIn(_ table: Table, from reader: DatabaseReader) async throws {
        var batch: [[SQLValue]] = []
        func flush() async throws {
            let rows = batch
            batch = []
            try await target.write { tx in
                for row in rows { try await tx.fillIn(row, of: table) }
            }
        }
        for try await row in reader.rows(of: table) {
            batch.append(try table.values(of: row))
            if batch.count >= Self.batchRows { try await flush() }
        }
        try await flush()
    }

    private func compare(_ reader: DatabaseReader, _ progress: @escaping Progress) async throws -> [Copied] {
        var copied: [Copied] = []
        for table in schema.tables {
            let total = try await reader.rowCount(of: table)
            let wanted = try await reader.checksum(of: table) { progress(.compared, table.name, $0 / 2, total) }
            let (found, broken) = try await target.read { other in
                let found = try await other.checksum(of: table) {
                    progress(.compared, table.name, (total + $0) / 2, total)
                }
                return (found, try await other.brokenReferences(of: table))
            }
            guard found.rows == wanted.rows else {
                throw CopyFault.otherCount(table: table.name, source: wanted.rows, target: found.rows)
            }
            guard found == wanted else { throw CopyFault.otherContent(table: table.name) }
            guard broken.isEmpty else { throw CopyFault.brokenReferences(broken) }
            progress(.compared, table.name, total, total)
            copied.append(Copied(table: table.name, checksum: found))
        }
        return copied
    }
}

extension [SQLValue] {
    /// Roughly the memory that the row takes.
    package var weight: Int {
        reduce(0) { sum, value in
            switch value {
            case .text(let text): sum + text.utf8.count + 16
            case .blob(let bytes), .json(let bytes): sum + bytes.count + 16
            default: sum + 16
            }
        }
    }
}
