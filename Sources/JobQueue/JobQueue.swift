package import Core
package import Database

/// Keeps work that is to be done: what was enqueued in a transaction that went through is done at least once.
package struct JobQueue: Sendable {
    let database: Database
    let signals: any SignalBus
    let courier: (any JobCourier)?
    let clock: WallClock
    let store = JobStore()
    private let enqueued: Counter

    package init(
        database: Database,
        signals: any SignalBus,
        courier: (any JobCourier)? = nil,
        metrics: Metrics,
        clock: WallClock = .system
    ) {
        self.database = database
        self.signals = signals
        self.courier = courier
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
        return try await add([draft], .init(kind.name, kind.policy, priority), after: delay, in: tx)[0]
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
        return try await add(drafts, .init(kind.name, kind.policy, priority), after: nil, in: tx)
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

    /// What is added, and for whom.
    struct Destination: Sendable {
        let kind: String
        let queue: String
        let priority: JobPriority

        init(_ kind: String, _ policy: JobPolicy, _ priority: JobPriority? = nil) {
            self.kind = kind
            queue = policy.queue
            self.priority = priority ?? policy.priority
        }
    }

    func add(
        _ drafts: [JobStore.Draft],
        _ destination: Destination,
        after delay: Duration?,
        in tx: Transaction
    ) async throws -> [Job.ID] {
        let now = clock.now()
        let kind = destination.kind
        let (ids, added) = try await store.insert(
            drafts,
            kind: kind,
            priority: destination.priority,
            at: now,
            due: delay.map { now + $0 },
            in: tx
        )
        enqueued.add(Double(added), kind)
        guard delay == nil else { return ids }
        if let courier {
            tx.afterCommit("jobs/\(ids.first?.description ?? kind)") {
                await courier.announce(ids, on: destination.queue)
            }
        } else {
            tx.afterCommit("jobs/\(kind)") { await wake([kind]) }
        }
        return ids
    }

    /// Tells the workers that there is something to do; it may get lost, since they also look by themselves.
    func wake(_ kinds: some Sequence<String>) async {
        for kind in Set(kinds) { try? await signals.publish(Array(kind.utf8), to: Self.topic) }
    }

    static let topic: SignalTopic = "jobs"
}
