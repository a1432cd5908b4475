package import Core
package import Database

/// How many jobs of a kind there are in each state.
package struct JobCount: Sendable {
    package let kind: String
    let byState: [Job.State: Int]
    /// Seconds that the oldest ready one has waited.
    package let oldestReady: Double

    package func count(_ state: Job.State) -> Int { byState[state, default: 0] }
}

/// A process that carries out jobs.
package struct JobWorkerEntry: Sendable {
    package let id: String
    package let host: String
    package let process: Int
    /// Empty when it serves all.
    package let queues: [String]
    package let startedAt: Timestamp
    package let running: Int
}

extension JobQueue {
    /// The kinds of which there are jobs.
    package func counts() async throws -> [JobCount] {
        let standings = try await database.read { reader in try await JobAdminStore().standings(in: reader) }
        let now = clock.now()
        return Dictionary(grouping: standings, by: \.kind).sorted { $0.key < $1.key }.map { kind, standings in
            let oldest = standings.first { $0.state == .ready }?.oldest
            return JobCount(
                kind: kind,
                byState: Dictionary(standings.map { ($0.state, $0.count) }) { first, _ in first },
                oldestReady: oldest.map { max(0, (now - $0).seconds) } ?? 0
            )
        }
    }

    /// The processes that carry out jobs now.
    package func workers() async throws -> [JobWorkerEntry] {
        try await database.read { reader in try await JobAdminStore().workers(in: reader) }
    }

    /// Failed jobs, the latest first.
    package func dead(after place: PagePlace? = nil, limit: Int) async throws -> (jobs: [DeadJob], next: PagePlace?) {
        try await database.read { reader in
            try await JobAdminStore().dead(after: place, limit: limit, in: reader)
        }
    }

    package static let deadOrder = JobAdminStore.deadOrder

    /// Gives a dead job all its attempts again.
    ///
    /// - Throws: `JobFault.unknown` when it is not dead, `notUnique` when an equal one waits or runs.
    package func retry(_ id: Job.ID) async throws {
        let kind: String?
        do {
            kind = try await database.write { tx in try await JobAdminStore().revive(id, in: tx) }
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            throw JobFault.notUnique
        }
        guard let kind else { throw JobFault.unknown }
        await wake([kind])
    }

    /// Forgets a dead job.
    ///
    /// - Throws: `JobFault.unknown` when it is not dead.
    package func discard(_ id: Job.ID) async throws {
        let isGone = try await database.write { tx in try await JobAdminStore().discard(id, in: tx) }
        guard isGone else { throw JobFault.unknown }
    }

    /// Forgets the jobs, dead ones too, whose payload has this text in it; those that run end by themselves.
    ///
    /// For a key that is being erased and that no other text could hold by chance.
    @discardableResult
    package func forget(mentioning text: String, in tx: Transaction) async throws -> Int {
        try await JobAdminStore().remove(mentioning: text, in: tx)
    }
}
