package import Database
import Core

/// Looks from outside whether workers live: from their heartbeats alone, whatever the clocks say.
package struct WorkerWatch: Sendable {
    private let database: Database
    private let limit: Duration

    /// Twice as long as hearts pause; who has ended in order is not in the table at all.
    package init(_ database: Database, limit: Duration = .seconds(20)) {
        self.database = database
        self.limit = limit
    }

    /// Where workers are whose hearts beat, as `host, process 7`; returns as soon as there is one.
    package func living() async throws -> [String] {
        let end = ContinuousClock.now + limit
        guard let first = try await look(), !first.isEmpty else { return [] }
        while .now < end {
            try await Task.sleep(for: .milliseconds(200))
            guard let next = try await look() else { return [] }
            let living = next.filter { first[$0.key]?.beat != $0.value.beat }.map(\.value.place)
            if !living.isEmpty { return living.sorted() }
            if next.isEmpty { return [] }
        }
        return []
    }

    /// `nil` when there is no such table.
    private func look() async throws -> [JobWorkerID: (place: String, beat: Int)]? {
        try await database.read { reader in
            guard try await reader.tableNames().contains("job_worker") else { return nil }
            return try await JobWorkerStore().hearts(in: reader)
        }
    }
}
