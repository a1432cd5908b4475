import Core
import ObjectStore

/// Lets backups and the clearing up of old ones keep out of each other's way, on one machine or on many.
///
/// Whoever begins says so first and looks at the others second, so of two that begin at once at least one sees the other. How old a mark
/// is, the clock of the store alone says.
struct VaultMarks: Sendable {
    enum Kind: String, Sendable { case running, pruning }

    /// A mark of somebody else.
    struct Found: Sendable {
        let key: ObjectKey
        /// When it counts as dead unless it is renewed.
        let end: Timestamp
    }

    let store: any ObjectStore
    let times: MarkTimes

    static func key(_ kind: Kind, _ id: BackupID) throws -> ObjectKey { try ObjectKey("\(kind)/\(id)") }

    /// Sets a mark, keeps it fresh while `body` works, and removes it also when the task was cancelled.
    ///
    /// - Throws: `markLost`, after `body` was cancelled, when others may have taken this process for dead.
    func holding<Value: Sendable>(
        _ kind: Kind,
        _ id: BackupID,
        _ body: @escaping @Sendable (HeldMark) async throws -> Value
    ) async throws -> Value {
        let mark = HeldMark(try Self.key(kind, id), in: store, times)
        let result: Result<Value, any Error>
        do {
            try await mark.set()
            result = .success(try await working(mark, body))
        } catch {
            result = .failure(error)
        }
        // Where this fails the mark dies by itself.
        await uncancelled { try? await mark.remove() }
        return try result.get()
    }

    private func working<Value: Sendable>(
        _ mark: HeldMark,
        _ body: @escaping @Sendable (HeldMark) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body(mark) }
            group.addTask {
                try await mark.keepFresh()
                return nil
            }
            defer { group.cancelAll() }
            guard case .some(.some(let value)) = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Those whose process may still be there, as seen by the holder of `own`; dead marks are removed.
    func living(_ kind: Kind, besides own: HeldMark, _ id: BackupID) async throws -> [Found] {
        var living: [Found] = []
        for try await object in store.objects(below: "\(kind)/") {
            guard let other = BackupID(object.key.lastWord), other != id else { continue }
            let end = object.modified + times.lifetime
            if end > own.renewedAt {
                living.append(Found(key: object.key, end: end))
            } else {
                try await store.delete(object.key)
            }
        }
        return living
    }

    /// Waits until nobody clears up any more.
    ///
    /// - Throws: `pruningElsewhere` when that takes too long.
    func waitForPruning(_ own: HeldMark, _ id: BackupID, _ progress: MakeBackup.Progress) async throws {
        let start = ContinuousClock.now
        while let other = try await living(.pruning, besides: own, id).first {
            let waited = ContinuousClock.now - start
            guard waited < times.patience else {
                throw BackupFault.pruningElsewhere(mark: "\(other.key)", end: other.end)
            }
            progress(
                "seconds of waiting for another backup that clears up",
                Int(waited.seconds),
                Int(times.patience.seconds)
            )
            try await Task.sleep(for: times.look)
        }
    }
}
