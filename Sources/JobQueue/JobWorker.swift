package import Core
import Database
import Synchronization

/// Takes jobs from the queue and carries them out, several at once, until it is told to stop.
///
/// On stopping it takes no more, lets what runs end for a grace period, then cancels it and gives it back.
package final class JobWorker: Service {
    package let name = "job worker"

    package struct Options: Sendable {
        /// The queues it serves; `nil` for all.
        package var queues: Set<String>?
        /// Jobs at once, of all kinds together.
        package var concurrency = 32
        /// How long a worker may be silent before others take over its jobs.
        package var lease = Duration.seconds(30)
        /// How often it looks by itself, in case nobody told it.
        package var poll = Duration.seconds(1)
        /// How long what runs may go on when the worker is told to stop.
        package var grace = Duration.seconds(25)
        /// It stops by itself after so many jobs, to be started anew with fresh memory.
        package var recycleAfter: Int?
        package var host = "localhost"
        package var process = 0

        package init() {}
    }

    let queue: JobQueue
    let handlers: [String: JobHandler]
    let schedules: [JobSchedule]
    let options: Options
    let log: Log
    private let prepare: @Sendable () async throws -> Void
    let meter: JobMeter
    let slots: Mutex<JobSlots>
    let bell = Bell()
    private let registered = Mutex<JobWorkerID?>(nil)
    private let isStopping = Atomic(false)
    private let leavesBy = Mutex<ContinuousClock.Instant?>(nil)
    private let workers = JobWorkerStore()

    /// Jobs are taken after `prepare` has returned.
    package init(
        queue: JobQueue,
        handlers: [JobHandler],
        schedules: [JobSchedule] = [],
        options: Options = Options(),
        metrics: Metrics,
        log: Log,
        prepare: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.queue = queue
        let served = handlers.filter { options.queues?.contains($0.policy.queue) ?? true }
        self.handlers = Dictionary(uniqueKeysWithValues: served.map { ($0.kind, $0) })
        self.schedules = schedules.filter { schedule in served.contains { $0.kind == schedule.name } }
        self.options = options
        self.log = log
        self.prepare = prepare
        meter = JobMeter(metrics: metrics)
        slots = Mutex(
            JobSlots(
                concurrency: options.concurrency,
                widths: self.handlers.mapValues(\.policy.width),
                limit: options.recycleAfter
            )
        )
    }

    /// Whether it takes no more jobs, because it was told to or has done as many as it should.
    var isDraining: Bool { isStopping.load(ordering: .relaxed) || slots.withLock { $0.isSpent } }

    /// Whether it ended by itself, to be started anew.
    package var isRecycled: Bool { !isStopping.load(ordering: .relaxed) && slots.withLock { $0.isSpent } }

    package func run() async throws {
        try await prepare()
        while !Task.isCancelled {
            let id = try await register()
            // Unstructured, because jobs in hand must outlive the cancellation of this task; it is always awaited below.
            let working = Task { await work(as: id) }
            let ending = await withTaskCancellationHandler {
                await working.value
            } onCancel: {
                isStopping.store(true, ordering: .relaxed)
                bell.ring()
                Task { await self.cutOff(working) }
            }
            guard ending == .gaveUp, !Task.isCancelled else { break }
            log.warning("other servers gave this worker up; it begins anew", ["worker": .string("\(id)")])
            slots.withLock { $0.forget() }
        }
    }

    /// What runs then is cancelled although the grace period may last longer; for a program that stops as a whole.
    package func leave(by end: ContinuousClock.Instant) { leavesBy.withLock { $0 = end } }

    /// When what runs has had its time, if the worker begins to stop now.
    var graceEnds: ContinuousClock.Instant {
        let end = ContinuousClock.now + options.grace
        return min(end, leavesBy.withLock { $0 } ?? end)
    }

    /// Tells also what waits for a database that does not answer to stop: it would not see the end of the grace period.
    private func cutOff(_ working: Task<Ending, Never>) async {
        let end = graceEnds
        try? await Task.sleep(for: min(Self.patience, max(end - .now, .zero)))
        if !slots.withLock({ $0.running.isEmpty }) { try? await Task.sleep(until: end + .seconds(1)) }
        working.cancel()
    }

    /// How long the queue is waited for on the way out.
    private static let patience = Duration.seconds(5)

    /// Writes down the ends of what ran last and leaves the table.
    package func finish() async {
        guard let id = registered.withLock({ $0 }) else { return }
        let end = ContinuousClock.now + Self.patience
        var backoff = Backoff(first: .milliseconds(200), longest: .seconds(2))
        while .now < end {
            if await value(within: end - .now, of: { await self.leave(as: id) }) ?? false { return }
            await pause(min(backoff.next(), max(end - .now, .zero)))
        }
        log.warning("this worker could not say goodbye; its jobs begin anew after \(options.lease)")
    }

    private func leave(as id: JobWorkerID) async -> Bool {
        do {
            _ = try await exchange(as: id)
            try await queue.database.write { tx in try await workers.remove(id, in: tx) }
            return true
        } catch {
            return false
        }
    }

    private func register() async throws -> JobWorkerID {
        var backoff = Backoff(first: .milliseconds(200), longest: .seconds(5))
        while true {
            let id = JobWorkerID.next(at: queue.clock.now())
            do {
                try await queue.database.write { tx in
                    try await workers.register(
                        id,
                        host: options.host,
                        process: options.process,
                        queues: options.queues.map { $0.sorted().joined(separator: ",") } ?? "",
                        at: queue.clock.now(),
                        in: tx
                    )
                }
                registered.withLock { $0 = id }
                return id
            } catch let fault as DatabaseFault {
                log.warning("the worker cannot reach the queue", ["cause": .string(fault.detail)])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
