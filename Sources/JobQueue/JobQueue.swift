package import Core
package import Database

/// Keeps work that is to be done: what was enqueued in a transaction that went through is done at least once.
package struct JobQueue: Sendable {
    let database: Database
    let signals: any SignalBus
    let clock: WallClock
    let store = JobStore()
    private let enqueued: Counter

    package init(database: Database, signals: any SignalBus, metrics: Metrics, clock: WallClock = .system) {
        self.database = database
        self.signals = signals
        self.clock = clock
        enqueued = metrics.counter("jobs_enqueued_total", "Jobs put into the queue", labels: ["kind"])
    }

    /// Puts a job into the queue, together with what else the transaction changes.
    ///
    /// With `unique` nothing is added while a job of this kind with the same text waits or runs, and the key of that one is
    /// returned. With `after` it begins no earlier than that.
    @discardableResult
    package func enqueue<Payload>(
        _ kind: JobKind<Payload>,
        _ payload: Payload,
        unique: String? = nil,
        priority: JobPriority? = nil,
        after delay: Duration? = nil,
        in tx: Transaction
    ) async throws -> Job.ID {
        let draft = JobStore.Draft(id: .next(at: clock.now()), payload: try JSON.encode(payload), uniqueKey: unique)
        return try await add([draft], kind.name, priority ?? kind.policy.priority, after: delay, in: tx)[0]
    }

    /// Puts many jobs of one kind into the queue, in one statement for hundreds of them.
    @discardableResult
    package func enqueue<Payload>(
        _ kind: JobKind<Payload>,
        each payloads: [Payload],
        priority: JobPriority? = nil,
        in tx: Transaction
    ) async throws -> [Job.ID] {
        let now = clock.now()
        let drafts = try payloads.map {
            JobStore.Draft(id: .next(at: now), payload: try JSON.encode($0), uniqueKey: nil)
        }
        return try await add(drafts, kind.name, priority ?? kind.policy.priority, after: nil, in: tx)
    }

    /// Puts a job into the queue in a transaction of its own.
    @discardableResult
    package func enqueue<Payload>(
        _ kind: JobKind<Payload>,
        _ payload: Payload,
        unique: String? = nil,
        priority: JobPriority? = nil,
        after delay: Duration? = nil
    ) async throws -> Job.ID {
        try await database.write { tx in
            try await enqueue(kind, payload, unique: unique, priority: priority, after: delay, in: tx)
        }
    }

    func add(
        _ drafts: [JobStore.Draft],
        _ kind: String,
        _ priority: JobPriority,
        after delay: Duration?,
        in tx: Transaction
    ) async throws -> [Job.ID] {
        let now = clock.now()
        let due = delay.map { now + $0 }
        let (ids, added) = try await store.insert(drafts, kind: kind, priority: priority, at: now, due: due, in: tx)
        tx.afterCommit("jobs/\(kind)") { await wake([kind]) }
        enqueued.add(Double(added), kind)
        return ids
    }

    /// Tells the workers that there is something to do; it may get lost, since they also look by themselves.
    func wake(_ kinds: some Sequence<String>) async {
        for kind in Set(kinds) { try? await signals.publish(Array(kind.utf8), to: Self.topic) }
    }

    static let topic: SignalTopic = "jobs"
}
