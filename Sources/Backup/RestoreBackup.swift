import Core
package import Database
package import ObjectStore

/// Puts the rows and objects of a backup into an empty database and an empty object store, whatever their engines.
///
/// Rows arrive in one transaction, all or none. Objects come first, and those that are there already are passed over, so a restore that
/// was interrupted is simply run again.
package struct RestoreBackup: Sendable {
    package struct Report: Codable, Sendable {
        package let id: BackupID
        package let rows: Int
        package let objects: Int
    }

    private let vault: BackupVault
    private let migrations: [Migration]
    private let indexes: [FullTextIndex]

    package init(from vault: BackupVault, migrations: [Migration], indexes: [FullTextIndex]) {
        self.vault = vault
        self.migrations = migrations
        self.indexes = indexes
    }

    /// The latest backup when no id is given.
    package func callAsFunction(
        _ id: BackupID?,
        into database: Database,
        _ objects: any ObjectStore,
        progress: @escaping MakeBackup.Progress = { _, _, _ in }
    ) async throws -> Report {
        try await withTaskExecutorPreference(QueueTaskExecutor(label: "restore")) {
            try await restore(id, database, objects, progress)
        }
    }

    private func restore(
        _ id: BackupID?,
        _ database: Database,
        _ objects: any ObjectStore,
        _ progress: @escaping MakeBackup.Progress
    ) async throws -> Report {
        let manifest = try await vault.manifest(of: id)
        let steps = try steps(of: manifest)
        let loading = try await LoadRows(vault, manifest, steps: steps, indexes: indexes)
        try await checkIsEmpty(database, steps, loading.schema)
        let contents = RestoreObjects(vault, manifest, seal: try await vault.seal(of: manifest))
        try await contents.checkIsEmpty(objects)
        try await contents.restore(into: objects, progress)
        _ = try await Migrator(database, migrations: steps).up()
        try await loading(into: database, progress)
        _ = try await Migrator(database, migrations: migrations).up()
        return Report(id: manifest.id, rows: manifest.rowCount, objects: manifest.objects.count)
    }

    /// Proves a backup without touching anything that lives: reads every byte, and restores the rows into `scratch`, an empty database.
    package func verify(
        _ id: BackupID?,
        in scratch: Database,
        progress: @escaping MakeBackup.Progress = { _, _, _ in }
    ) async throws -> Report {
        let manifest = try await vault.manifest(of: id)
        let steps = try steps(of: manifest)
        _ = try await Migrator(scratch, migrations: steps).up()
        try await LoadRows(vault, manifest, steps: steps, indexes: indexes)(into: scratch, progress)
        try await RestoreObjects(vault, manifest, seal: try await vault.seal(of: manifest)).verify(progress)
        return Report(id: manifest.id, rows: manifest.rowCount, objects: manifest.objects.count)
    }

    /// The steps that made the tables of the backup, as this program has them.
    private func steps(of manifest: BackupManifest) throws -> [Migration] {
        var wanted = Dictionary(
            manifest.migrations.map { ("\($0.feature)/\($0.number)", $0.checksum) }
        ) { first, _ in first }
        let steps = try migrations.filter { migration in
            let title = "\(migration.feature)/\(migration.number)"
            guard let checksum = wanted.removeValue(forKey: title) else { return false }
            guard checksum == migration.checksum else { throw BackupFault.changedStep(title) }
            return true
        }
        if let unknown = wanted.keys.min() {
            throw BackupFault.newerProgram(step: unknown, version: manifest.programVersion)
        }
        return steps
    }

    private func checkIsEmpty(_ database: Database, _ steps: [Migration], _ schema: TableSchema) async throws {
        let known = Set(schema.tables.map(\.name))
        let applied = try await Migrator(database, migrations: steps).status()
        let isNew = applied.allSatisfy { $0.state == .pending }
        if let later = applied.first(where: { $0.state != .applied && $0.state != .pending }) {
            throw BackupFault.otherTables("those of \(later.feature)/\(later.number) \(later.name)")
        }
        try await database.read { reader in
            let names = try await reader.tableNames()
            if isNew, let strange = names.subtracting(["schema_migrations"]).min() {
                throw BackupFault.otherTables(strange)
            }
            for table in schema.tables where names.contains(table.name) && known.contains(table.name) {
                if try await reader.rowCount(of: table) > 0 { throw BackupFault.rowsInTarget(table: table.name) }
            }
        }
    }
}
