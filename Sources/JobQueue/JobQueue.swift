package import Core
package import Database

/// Keeps work that is to be done: what was enqueued in a transaction that went through is done at least once.
package struct JobQueue: Sendable {
    let database: Database
    let signals: any SignalBus
    let courier: (any JobCourier)?
    let clock: WallClock
    let store = JobStore()
    let wakes: WakeLine
    private let line: EnqueueLine
    let writer: JobWriter

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
        let wakes = WakeLine(signals)
        let writer = JobWriter(
            clock: clock,
            courier: courier,
            wakes: wakes,
            enqueued: metrics.counter("jobs_enqueued_total", "Jobs put into the queue", labels: ["kind"])
        )
        self.wakes = wakes
        self.writer = writer
        line = EnqueueLine { orders in try await database.write { tx in try await writer.add(orders, in: tx) } }
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
        let order = try order(kind, payload, unique, priority, after: delay)
        return try await writer.add([order], in: tx)[0]
    }

    /// Puts many jobs of one kind into the queue, in one statement for hundreds of them.
    @discardableResult
    package func enqueue<Payload>(
        _ kind: JobKind<Payload>,
        each payloads: [Payload],
        priority: JobPriority? = nil,
        in tx: Transaction
    ) async throws -> [Job.ID] {
        try await writer.add(payloads.map { try order(kind, $0, nil, priority, after: nil) }, in: tx)
    }

    /// Puts a job into the queue by itself; it is durable when this returns.
    ///
    /// Calls that come at the same time share a transaction.
    @discardableResult
    package func enqueue<Payload>(
        _ kind: JobKind<Payload>,
        _ payload: Payload,
        unique: String? = nil,
        priority: JobPriority? = nil,
        after delay: Duration? = nil
    ) async throws -> Job.ID {
        try await line.enqueue(try order(kind, payload, unique, priority, after: delay))
    }

    private func order<Payload>(
        _ kind: JobKind<Payload>,
        _ payload: Payload,
        _ unique: String?,
        _ priority: JobPriority?,
        after delay: Duration?
    ) throws -> JobOrder {
        let now = clock.now()
        return JobOrder(
            draft: .init(
                id: .next(at: now),
                payload: try JSON.encode(payload),
                uniqueKey: unique,
                due: delay.map { now + $0 }
            ),
            destination: .init(kind.name, kind.policy, priority)
        )
    }

    /// Tells the workers that there is something to do; it may get lost, since they also look by themselves.
    func wake(_ kinds: some Sequence<String>) async {
        for kind in Set(kinds) { await wakes.wake(kind) }
    }

    static let topic: SignalTopic = "jobs"
}
