import Core
import Database

/// Puts the rows of a backup into empty tables, all or none, and proves that they are the same.
struct LoadRows: Sendable {
    let schema: TableSchema
    private let vault: BackupVault
    private let manifest: BackupManifest

    private static let batchRows = 1_000
    private static let batchBytes = 2 << 20

    init(_ vault: BackupVault, _ manifest: BackupManifest, steps: [Migration], indexes: [FullTextIndex]) async throws {
        self.vault = vault
        self.manifest = manifest
        schema = try await TableSchema(migrations: steps, indexes: indexes)
        guard Set(schema.tables.map(\.name)) == Set(manifest.tables.map(\.name)) else {
            throw BackupFault.damaged("its tables are not those of its migrations")
        }
    }

    func callAsFunction(into database: Database, _ progress: @escaping MakeBackup.Progress) async throws {
        try await database.write { tx in
            for table in schema.tables { try await load(table, into: tx, progress) }
            for table in schema.tables where table.hasLateColumns {
                for try await row in try await rows(of: table) { try await tx.fillIn(row, of: table) }
            }
            try await tx.catchUp(schema)
            for table in schema.tables {
                guard let wanted = manifest.tables.first(where: { $0.name == table.name }) else { continue }
                let found = try await tx.checksum(of: table)
                let broken = try await tx.brokenReferences(of: table)
                guard found.rows == wanted.rows, found.text == wanted.checksum, broken.isEmpty else {
                    throw BackupFault.otherRows(table: table.name)
                }
            }
        }
    }

    private func rows(of table: Table) async throws -> BackedUpRows {
        let key = try BackupVault.rows(manifest.id, table.name)
        return BackedUpRows(try await vault.get(key, isSealed: manifest.isSealed))
    }

    private func load(_ table: Table, into tx: Transaction, _ progress: MakeBackup.Progress) async throws {
        guard let wanted = manifest.tables.first(where: { $0.name == table.name }) else { return }
        guard wanted.columns == table.columns.map({ "\($0.name) \($0.kind)" }) else {
            throw BackupFault.damaged("the columns of \(table.name) are not those of its migrations")
        }
        let rows = try await rows(of: table)
        var batch: [[SQLValue]] = []
        var bytes = 0
        var loaded = 0
        for try await row in rows {
            guard row.count == table.columns.count else {
                throw BackupFault.damaged("a row of \(table.name) has \(row.count) values")
            }
            batch.append(row)
            bytes += row.weight
            guard batch.count >= Self.batchRows || bytes >= Self.batchBytes else { continue }
            try await tx.insert(batch, into: table)
            loaded += batch.count
            progress("rows of \(table.name)", loaded, wanted.rows)
            batch = []
            bytes = 0
        }
        try await tx.insert(batch, into: table)
        let digest = rows.content.digest()
        guard digest.sha256.description == wanted.sha256, digest.bytes == wanted.bytes else {
            throw BackupFault.damaged("the rows of \(table.name) have another SHA-256 than the manifest says")
        }
        progress("rows of \(table.name)", wanted.rows, wanted.rows)
    }
}
