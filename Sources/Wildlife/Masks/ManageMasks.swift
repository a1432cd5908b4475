import Accounts
import Core
import Database
import HTTPServer
import JobQueue

/// Adds and removes masks of a camera; its pictures are looked at anew in the background.
struct ManageMasks: Sendable {
    let masks: MaskStore
    let places: ManagePlaces
    let queue: JobQueue
    let pool: WorkPool

    private static let mostBoxes = 20_000

    func all(of id: Camera.ID, _ caller: WildlifeCaller) async throws -> [CameraMask] {
        try await masks.database.read { reader in
            _ = try await places.camera(id, visibleIn: caller.reach, in: reader)
            return try await masks.masks(of: id, in: reader)
        }
    }

    /// What the camera's detector finds at the same spot again and again.
    func repeats(of id: Camera.ID, _ caller: WildlifeCaller) async throws -> [FindRepeats.Repeat] {
        try await masks.database.read { reader in
            _ = try await places.camera(id, visibleIn: caller.reach, in: reader)
        }
        let boxes = try await masks.boxes(of: id, limit: Self.mostBoxes)
        return try await pool.run { FindRepeats()(boxes) }
    }

    /// - Throws: a 409 when the camera has too many.
    func add(_ mask: CameraMask, _ caller: WildlifeCaller) async throws {
        try await masks.database.write { tx in
            try await tx.lock("masks of \(mask.camera)")
            _ = try await places.camera(mask.camera, visibleIn: caller.reach, in: tx)
            guard try await masks.masks(of: mask.camera, in: tx).count < MaskStore.most else {
                throw Problem.conflict("A camera takes \(MaskStore.most) masks; remove one first.")
            }
            try await masks.insert(mask, in: tx)
            try await reconsider(mask, "mask.added", caller, in: tx)
        }
    }

    func remove(_ id: CameraMask.ID, _ caller: WildlifeCaller) async throws {
        try await masks.database.write { tx in
            guard let mask = try await masks.mask(id, in: tx),
                caller.reach.sees(try await places.cameras.camera(mask.camera, in: tx)?.site)
            else { throw Problem.notFound("There is no mask with this key, or none that you see.") }
            try await masks.remove(id, in: tx)
            try await reconsider(mask, "mask.removed", caller, in: tx)
        }
    }

    private func reconsider(
        _ mask: CameraMask,
        _ action: String,
        _ caller: WildlifeCaller,
        in tx: Transaction
    ) async throws {
        let scope = ReconsiderImages.Scope(camera: mask.camera)
        try await queue.enqueue(ReconsiderImages.kind, scope, priority: .bulk, in: tx)
        let entry = AuditEntry(
            action,
            by: caller,
            on: "camera \(mask.camera)",
            new: ["mask": "\(mask.id)", "kind": mask.kind.rawValue]
        )
        try await places.audit.write(entry, in: tx)
    }
}
