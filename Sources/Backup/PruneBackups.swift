import Core
import ObjectStore

/// Removes backups that are older than they are kept, and contents that none of the others needs.
///
/// The latest backup stays whatever its age. When one that stays cannot be read, no content is removed.
struct PruneBackups: Sendable {
    struct Report: Sendable {
        var removed: [BackupID] = []
        /// Why contents were left.
        var obstacle: String?
    }

    private let vault: BackupVault
    private let clock: WallClock

    /// What a backup that was killed has left is removed after so long.
    private static let patience = VaultMarks.lifetime

    init(_ vault: BackupVault, clock: WallClock) {
        self.vault = vault
        self.clock = clock
    }

    /// `own` is the backup that was just made.
    func callAsFunction(keepDays: Int, after own: BackupID) async throws -> Report {
        let marks = VaultMarks(store: vault.store, clock: clock)
        try await marks.set(.pruning, own)
        do {
            let report = try await prune(keepDays, own, marks)
            try await marks.remove(.pruning, own)
            return report
        } catch {
            try? await marks.remove(.pruning, own)
            throw error
        }
    }

    private func prune(_ keepDays: Int, _ own: BackupID, _ marks: VaultMarks) async throws -> Report {
        var report = Report()
        guard try await marks.living(.running, besides: own).isEmpty,
            try await marks.living(.pruning, besides: own).isEmpty
        else {
            report.obstacle = "another backup is being made at this place"
            return report
        }
        let limit = clock.now() - .seconds(86_400 * keepDays)
        var kept = try await vault.backups()
        let old = kept.filter { $0.time < limit && $0 != kept.last }
        kept.removeAll { old.contains($0) }
        // The manifest first: from then on there is no such backup.
        for id in old { try await vault.store.delete(BackupVault.manifest(id)) }
        report.removed = old
        try await removeFiles(besides: Set(kept))
        do {
            try await removeContents(besides: kept)
        } catch let fault as BackupFault {
            report.obstacle = "\(fault)"
        }
        return report
    }

    /// Rows and lists of backups that are none, unless they may still become one.
    private func removeFiles(besides kept: Set<BackupID>) async throws {
        for prefix in ["rows/", "lists/"] {
            for try await object in vault.store.objects(below: prefix) {
                let word = object.key.description.split(separator: "/").dropFirst().first ?? ""
                guard let id = BackupID(String(word.prefix(23))), !kept.contains(id) else { continue }
                let isOver = object.modified + Self.patience < clock.now()
                if isOver || id.time < clock.now() - Self.patience { try await vault.store.delete(object.key) }
            }
        }
    }

    private func removeContents(besides kept: [BackupID]) async throws {
        var needed: Set<ObjectKey> = []
        for id in kept {
            let manifest = try await vault.read(id)
            let seal = try await vault.seal(of: manifest)
            let list = try await vault.get(BackupVault.list(id), isSealed: manifest.isSealed)
            for try await entry in ObjectEntries(list) { needed.insert(try BackupVault.content(entry.hash, seal)) }
        }
        for prefix in ["content/", "sealed/"] {
            for try await object in vault.store.objects(below: prefix) where !needed.contains(object.key) {
                try await vault.store.delete(object.key)
            }
        }
    }
}
