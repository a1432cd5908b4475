import Core
import Database
import JobQueue
import ObjectStore

/// Removes what was staged for an import that is over, and all of one that was removed: some rows at a time, so that whatever
/// ends the program, the next attempt goes on.
struct ClearImport: Sendable {
    static let kind = JobKind<ImportRun.ID>(
        "wildlife.clear-import",
        JobPolicy(priority: .bulk, width: 1, timeLimit: .seconds(2 * 3_600))
    )

    let store: ImportStore
    let staged: StagedTables
    let queue: JobQueue
    let objects: any ObjectStore

    /// In the transaction in which the import ends or is removed.
    func order(_ id: ImportRun.ID, in tx: Transaction) async throws {
        try await queue.enqueue(Self.kind, id, in: tx)
    }

    func callAsFunction(_ id: ImportRun.ID) async throws {
        let isOver = try await store.database.read { try await store.isOver(id, in: $0) }
        guard isOver else { return }
        try await staged.clear(id)
        let isThere = try await store.database.read { try await store.run(id, in: $0) } != nil
        guard !isThere else { return }
        try await clearNotes(id)
        let key = try await store.database.write { try await store.forget(id, in: $0) }
        if let key { try await objects.delete(ObjectKey(key)) }
    }

    /// Rows and report of an import that is read from its beginning once more.
    func startOver(_ id: ImportRun.ID) async throws {
        try await staged.clear(id)
        try await clearNotes(id)
    }

    private func clearNotes(_ id: ImportRun.ID) async throws {
        let limit = StagedTables.atOnce
        var removed = limit
        while removed == limit {
            removed = try await store.database.write { try await store.removeNotes(of: id, limit: limit, in: $0) }
        }
    }
}
