import Core
import ObjectStore

/// Lets backups and the clearing up of old ones keep out of each other's way, on one machine or on many.
///
/// Whoever begins says so first and looks at the others second, so of two that begin at once at least one sees the other.
struct VaultMarks: Sendable {
    enum Kind: String, Sendable { case running, pruning }

    let store: any ObjectStore
    let clock: WallClock

    /// A mark of a process that was killed is heeded no longer than this.
    static let lifetime = Duration.seconds(86_400)

    private static func key(_ kind: Kind, _ id: BackupID) throws -> ObjectKey { try ObjectKey("\(kind)/\(id)") }

    func set(_ kind: Kind, _ id: BackupID) async throws {
        try await store.put(Self.key(kind, id), bytes: Array("1".utf8))
    }

    func remove(_ kind: Kind, _ id: BackupID) async throws { try await store.delete(Self.key(kind, id)) }

    /// Those whose process may still be there; older marks are removed.
    func living(_ kind: Kind, besides own: BackupID) async throws -> [BackupID] {
        var living: [BackupID] = []
        for try await object in store.objects(below: "\(kind)/") {
            guard let id = BackupID(object.key.lastWord), id != own else { continue }
            if object.modified + Self.lifetime > clock.now() {
                living.append(id)
            } else {
                try await store.delete(object.key)
            }
        }
        return living
    }
}
