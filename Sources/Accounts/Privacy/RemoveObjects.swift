import Core
package import Database
package import JobQueue
import ObjectStore

/// Removes objects whose rows are gone: a job of the transaction that removed them, so that none is forgotten, whatever
/// the store does meanwhile.
package struct RemoveObjects: Sendable {
    static let kind = JobKind<[String]>(
        "privacy.remove-objects",
        JobPolicy(
            queue: "maintenance",
            width: 2,
            timeLimit: .seconds(600),
            retries: [.seconds(60), .seconds(300), .seconds(900), .seconds(3_600), .seconds(6 * 3_600)]
        )
    )
    private static let most = 200

    let objects: any ObjectStore
    let claims: [ObjectClaim]

    package static func enqueue(_ keys: [String], on queue: JobQueue, in tx: Transaction) async throws {
        let keys = Set(keys).sorted()
        let parts = stride(from: 0, to: keys.count, by: most).map { Array(keys[$0..<min($0 + most, keys.count)]) }
        guard !parts.isEmpty else { return }
        try await queue.enqueue(kind, each: parts, in: tx)
    }

    /// An object that another row refers to stays.
    func callAsFunction(_ keys: [String]) async throws {
        for text in keys {
            guard let key = try? ObjectKey(text), try await !isClaimed(key) else { continue }
            try await objects.delete(key)
        }
    }

    private func isClaimed(_ key: ObjectKey) async throws -> Bool {
        for claim in claims where try await claim.holds(key) { return true }
        return false
    }
}
