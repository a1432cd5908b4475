import Core
import Database
import JobQueue

/// Makes anew of pictures what models said of them, without asking the models: after names, masks or the burst changed.
///
/// A step of some pictures at a time; done twice it comes to the same.
struct ReconsiderImages: Sendable {
    struct Scope: Codable, Sendable {
        /// These and no others.
        var images: [TrapImage.ID]?
        /// Of this camera; of every one when neither is given.
        var camera: Camera.ID?
        /// The step before ended with this picture.
        var after: TrapImage.ID?
    }

    static let kind = JobKind<Scope>(
        "wildlife.reconsider",
        JobPolicy(queue: "classification", width: 1, timeLimit: .seconds(120), retries: [.seconds(5), .seconds(60)])
    )

    let images: ImageStore
    let findings: FindingStore
    let name: NameFindings
    let settle: SettleImage
    let queue: JobQueue

    private static let step = 200

    func callAsFunction(_ scope: Scope, _ job: JobContext) async throws {
        if let ids = scope.images {
            for id in ids { try await images.database.write { try await reconsider(id, in: $0) } }
            return try await images.database.write { try await job.finish(in: $0) }
        }
        let ids = try await images.database.read { reader in
            try await images.completed(of: scope.camera, after: scope.after, limit: Self.step, in: reader)
        }
        for id in ids { try await images.database.write { try await reconsider(id, in: $0) } }
        try await images.database.write { tx in
            if ids.count == Self.step {
                var rest = scope
                rest.after = ids.last
                try await queue.enqueue(Self.kind, rest, priority: .bulk, in: tx)
            }
            try await job.finish(in: tx)
        }
    }

    func reconsider(_ id: TrapImage.ID, in tx: Transaction) async throws {
        try await SettleImage.lock(id, in: tx)
        guard let image = try await images.image(id, in: tx), image.status == .completed else { return }
        let before = try await findings.findings(of: id, in: tx)
        let after = try await name(before, of: image, in: tx).findings
        guard after != before else { return }
        try await findings.replace(after, of: image, in: tx)
        try await settle(image, telling: .classificationComplete, isNews: false, in: tx)
    }
}
