package import Core
package import Database
package import ObjectStore

/// Makes a backup of all rows and objects beside a running server, and removes those that are too old.
///
/// The rows are of one snapshot. Objects are read before and after it, so whatever a row of the snapshot names is in the backup,
/// although objects come and go meanwhile.
package struct MakeBackup: Sendable {
    package struct Report: Codable, Sendable {
        package let id: BackupID
        package let rows: Int
        package let objects: Int
        package let objectBytes: Int64
        /// What the earlier backups did not have yet.
        package let newObjects: Int
        package let newObjectBytes: Int64
        package let isEncrypted: Bool
        /// Backups that were older than they are kept.
        package let removed: [BackupID]
        /// Why contents that nobody needs any more were left; `nil` when none were.
        package let clearingUp: String?
    }

    package typealias Progress = @Sendable (_ doing: String, _ done: Int, _ total: Int) -> Void

    private let database: Database
    private let objects: any ObjectStore
    private let migrations: [Migration]
    private let schema: TableSchema
    private let vault: BackupVault
    private let programVersion: String
    private let secret: String?
    private let clock: WallClock
    private let times: MarkTimes

    package init(
        of database: Database,
        _ objects: any ObjectStore,
        migrations: [Migration],
        schema: TableSchema,
        into vault: BackupVault,
        programVersion: String,
        secret: String? = nil,
        clock: WallClock = .system,
        times: MarkTimes = MarkTimes()
    ) {
        self.database = database
        self.objects = objects
        self.migrations = migrations
        self.schema = schema
        self.vault = vault
        self.programVersion = programVersion
        self.secret = secret
        self.clock = clock
        self.times = times
    }

    /// Backups older than `keepDays` are removed afterwards; `nil` keeps all.
    package func callAsFunction(keepDays: Int?, progress: @escaping Progress = { _, _, _ in }) async throws -> Report {
        try await withTaskExecutorPreference(QueueTaskExecutor(label: "backup")) {
            try await backUp(keepDays, progress)
        }
    }

    private func backUp(_ keepDays: Int?, _ progress: @escaping Progress) async throws -> Report {
        try await Migrator(database, migrations: migrations).verify()
        let id = BackupID(at: clock.now())
        let marks = VaultMarks(store: vault.store, times: times)
        // What is left of one that fails is no backup, and a later clearing up removes it.
        let (manifest, new) = try await marks.holding(.running, id) { mark in
            try await marks.waitForPruning(mark, id, progress)
            return try await make(id, mark, progress)
        }
        var pruned: PruneBackups.Report?
        if let keepDays { pruned = try await PruneBackups(vault, marks, clock: clock)(keepDays: keepDays, after: id) }
        return Report(
            id: id,
            rows: manifest.rowCount,
            objects: manifest.objects.count,
            objectBytes: manifest.objects.bytes,
            newObjects: new.count,
            newObjectBytes: new.bytes,
            isEncrypted: manifest.isSealed,
            removed: pruned?.removed ?? [],
            clearingUp: pruned?.obstacle
        )
    }

    private struct New {
        var count = 0
        var bytes: Int64 = 0
    }

    private func make(
        _ id: BackupID,
        _ mark: HeldMark,
        _ progress: @escaping Progress
    ) async throws -> (BackupManifest, New) {
        let startedAt = clock.now()
        let seal = try await vault.sealForNew()
        let contents = try await ContentKeeper(vault, seal)
        let previous = try await previous()
        var new = New()

        let early = try await list(
            into: BackupVault.earlyList(id),
            contents,
            seal,
            earlier: previous.map { (try BackupVault.list($0.id), $0.isSealed, $0.startedAt) },
            keepsVanished: false,
            expected: previous?.objects.count ?? 0,
            &new,
            progress
        )
        let tables = try await rows(id, seal, progress)
        let list = try await list(
            into: BackupVault.list(id),
            contents,
            seal,
            earlier: (BackupVault.earlyList(id), seal != nil, startedAt),
            keepsVanished: true,
            expected: early.count,
            &new,
            progress
        )
        try await vault.store.delete(BackupVault.earlyList(id))
        // While others trust the mark they remove nothing. What they removed before, should they not have, the look at the contents finds.
        try await mark.renew()
        try await contents.prove(BackupVault.list(id))
        let manifest = BackupManifest(
            format: BackupManifest.currentFormat,
            id: id,
            programVersion: programVersion,
            engine: database.engine.rawValue,
            startedAt: startedAt,
            finishedAt: clock.now(),
            migrations: migrations.map { .init(feature: $0.feature, number: $0.number, checksum: $0.checksum) },
            tables: tables,
            objects: list,
            salt: seal?.salt.hexadecimal,
            secret: secret
        )
        try await finish(manifest, mark, seal)
        return (manifest, new)
    }

    /// Makes a backup of what is there; with a mark that others did not trust any more it is none.
    private func finish(_ manifest: BackupManifest, _ mark: HeldMark, _ seal: Seal?) async throws {
        let key = try BackupVault.manifest(manifest.id)
        do {
            try mark.check()
            try await vault.put(key, Pieces([JSON.encode(manifest)]), seal)
            _ = try await vault.read(manifest.id)
            try mark.check()
        } catch {
            await uncancelled { [store = vault.store] in try? await store.delete(key) }
            throw error
        }
    }

    /// The latest backup whose list of objects is whole; a damaged one, or one of another key, only costs time.
    private func previous() async throws -> BackupManifest? {
        for id in try await vault.backups().reversed() {
            do {
                let manifest = try await vault.read(id)
                let list = Digesting(base: try await vault.get(BackupVault.list(id), isSealed: manifest.isSealed))
                for try await _ in list {}
                if list.digest().sha256.description == manifest.objects.sha256 { return manifest }
            } catch is BackupFault {
                continue
            }
        }
        return nil
    }

    private func list(
        into key: ObjectKey,
        _ contents: ContentKeeper,
        _ seal: Seal?,
        earlier: (key: ObjectKey, isSealed: Bool, readAt: Timestamp)?,
        keepsVanished: Bool,
        expected: Int,
        _ new: inout New,
        _ progress: @escaping Progress
    ) async throws -> BackupManifest.ObjectList {
        var entries: ObjectEntries?
        if let earlier { entries = ObjectEntries(try await vault.get(earlier.key, isSealed: earlier.isSealed)) }
        let walk = ObjectsToBackUp(
            objects: objects,
            contents: contents,
            earlier: entries,
            trustedBefore: (earlier?.readAt ?? clock.now()) - .seconds(2),
            keepsVanished: keepsVanished,
            progress: { progress("objects", $0, max($0, expected)) }
        )
        let digest = try await vault.put(key, walk, seal)
        try await vault.verify(key, digest, isSealed: seal != nil)
        new.count += walk.tally.newCount
        new.bytes += walk.tally.newBytes
        return .init(count: walk.tally.count, bytes: walk.tally.bytes, sha256: digest.sha256.description)
    }

    private func rows(
        _ id: BackupID,
        _ seal: Seal?,
        _ progress: @escaping Progress
    ) async throws -> [BackupManifest.TableContent] {
        try await database.read { reader in
            var tables: [BackupManifest.TableContent] = []
            for table in schema.tables {
                let total = try await reader.rowCount(of: table)
                let rows = RowsToBackUp(table, in: reader) { progress("rows of \(table.name)", $0, total) }
                let key = try BackupVault.rows(id, table.name)
                let digest = try await vault.put(key, rows, seal)
                try await vault.verify(key, digest, isSealed: seal != nil)
                tables.append(
                    .init(
                        name: table.name,
                        columns: table.columns.map { "\($0.name) \($0.kind)" },
                        rows: rows.checksum.rows,
                        checksum: rows.checksum.text,
                        bytes: digest.bytes,
                        sha256: digest.sha256.description
                    )
                )
            }
            return tables
        }
    }
}
