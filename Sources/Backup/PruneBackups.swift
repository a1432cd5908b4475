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
    private let marks: VaultMarks
    private let clock: WallClock

    /// What a backup that was killed has left is removed after so long.
    private static let patience = Duration.seconds(86_400)
    private static let longestKept = 36_500

    init(_ vault: BackupVault, _ marks: VaultMarks, clock: WallClock) {
        self.vault = vault
        self.marks = marks
        self.clock = clock
    }

    /// `own` is the backup that was just made.
    func callAsFunction(keepDays: Int, after own: BackupID) async throws -> Report {
        do {
            return try await marks.holding(.pruning, own) { mark in try await prune(keepDays, own, mark) }
        } catch let fault as BackupFault {
            // The backup itself is made.
            return Report(obstacle: "\(fault)")
        }
    }

    private func prune(_ keepDays: Int, _ own: BackupID, _ mark: HeldMark) async throws -> Report {
        var report = Report()
        guard try await marks.living(.running, besides: mark, own).isEmpty,
            try await marks.living(.pruning, besides: mark, own).isEmpty
        else {
            report.obstacle = "another backup is being made at this place"
            return report
        }
        let limit = clock.now() - .seconds(86_400 * min(keepDays, Self.longestKept))
        var kept = try await vault.backups()
        let old = kept.filter { $0.time < limit && $0 != kept.last }
        kept.removeAll { old.contains($0) }
        // The manifest first: from then on there is no such backup.
        for id in old { try await delete(BackupVault.manifest(id), mark) }
        report.removed = old
        try await removeFiles(besides: Set(kept), mark)
        let needed: Set<ObjectKey>
        do {
            needed = try await contents(of: kept)
        } catch let fault as BackupFault {
            report.obstacle = "\(fault)"
            return report
        }
        for prefix in ["content/", "sealed/"] {
            for try await object in vault.store.objects(below: prefix) where !needed.contains(object.key) {
                try await delete(object.key, mark)
            }
        }
        return report
    }

    /// Only while others see the mark: a backup that begins then waits.
    private func delete(_ key: ObjectKey, _ mark: HeldMark) async throws {
        try mark.check()
        try await vault.store.delete(key)
    }

    /// Rows and lists of backups that are none, unless they may still become one.
    private func removeFiles(besides kept: Set<BackupID>, _ mark: HeldMark) async throws {
        for prefix in ["rows/", "lists/"] {
            for try await object in vault.store.objects(below: prefix) {
                let word = object.key.description.split(separator: "/").dropFirst().first ?? ""
                guard let id = BackupID(String(word.prefix(23))), !kept.contains(id) else { continue }
                let isOver = object.modified + Self.patience < clock.now()
                if isOver || id.time < clock.now() - Self.patience { try await delete(object.key, mark) }
            }
        }
    }

    private func contents(of kept: [BackupID]) async throws -> Set<ObjectKey> {
        let vault = vault.trusting
        var needed: Set<ObjectKey> = []
        for id in kept {
            let manifest = try await vault.read(id)
            let seal = try await vault.seal(of: manifest)
            let list = try await vault.get(BackupVault.list(id), isSealed: manifest.isSealed)
            for try await entry in ObjectEntries(list) { needed.insert(try BackupVault.content(entry.hash, seal)) }
        }
        return needed
    }
}
