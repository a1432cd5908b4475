import Accounts
import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore

/// Removes pictures, and has failed ones read again.
struct ManageImages: Sendable {
    let images: ImageStore
    let propose: ProposeMoves
    let queue: JobQueue
    let objects: any ObjectStore
    let audit: AuditLog

    func remove(_ id: TrapImage.ID, _ caller: WildlifeCaller) async throws {
        let (digest, keys) = try await images.database.write { tx in
            let image = try await images.image(id, visibleIn: caller.reach, in: tx)
            if let camera = image.camera { try await propose.deployments.lock(camera, in: tx) }
            let keys = try await images.remove(image, in: tx)
            if let camera = image.camera, image.location != nil { try await propose.order(camera, in: tx) }
            let entry = AuditEntry("image.removed", by: caller, on: "image \(id)")
            try await audit.write(entry, in: tx)
            return (image.digest, keys)
        }
        // What fails is left to the sweep of orphans.
        await uncancelled { [images, objects] in
            try? await images.database.write { tx in
                try await ReceiveImage.lock(digest, in: tx)
                // The same content may have come again, under the same names.
                guard try await images.image(withContent: digest, in: tx) == nil else { return }
                for key in keys { try await objects.delete(ObjectKey(key)) }
            }
        }
    }

    func retry(_ id: TrapImage.ID, _ caller: WildlifeCaller) async throws {
        try await images.database.write { tx in
            _ = try await images.image(id, visibleIn: caller.reach, in: tx)
            guard try await images.retry(id, in: tx) else {
                throw Problem.conflict("This picture has not failed: there is nothing to try again.")
            }
            try await queue.enqueue(ReadImage.kind, id, priority: .urgent, in: tx)
            let entry = AuditEntry("image.retried", by: caller, on: "image \(id)")
            try await audit.write(entry, in: tx)
        }
    }
}
