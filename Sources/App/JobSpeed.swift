import Core
import Database
import JobQueue
import Synchronization

/// How quickly jobs go through the queue of this machine.
package struct JobSpeed: Codable, Sendable {
    /// Jobs enqueued, each in a transaction of its own, and ended, a second.
    package let rate: Double
    /// Milliseconds from the end of the enqueuing transaction until the handler began.
    package let p50: Double
    package let p99: Double
    package let database: String
    package let courier: String
}

/// Enqueues `count` jobs that do nothing, from so many clients at once, and carries them out beside it.
package func measureJobs(count: Int, clients: Int, _ configuration: Configuration) async throws -> JobSpeed {
    let kit = try await Kit.open(configuration, log: .silent, metrics: Metrics())
    do {
        let speed = try await measureJobs(count: count, clients: clients, on: kit)
        await kit.close()
        return speed
    } catch {
        await kit.close()
        throw error
    }
}

/// When each of many things happened first.
private final class Moments: Sendable {
    private let moments: Mutex<[ContinuousClock.Instant?]>

    init(_ count: Int) { moments = Mutex(Array(repeating: nil, count: count)) }

    func note(_ number: Int) { moments.withLock { $0[number] = $0[number] ?? .now } }
    var all: [ContinuousClock.Instant?] { moments.withLock { $0 } }
    var isComplete: Bool { moments.withLock { !$0.contains(nil) } }
}

private struct Nothing: Codable, Sendable { let number: Int }

private func measureJobs(count: Int, clients: Int, on kit: Kit) async throws -> JobSpeed {
    let kind = JobKind<Nothing>("bench.nothing", JobPolicy(queue: "bench", width: 1_000))
    let (enqueued, began) = (Moments(count), Moments(count))
    let handler = JobHandler(kind) { job, _ in began.note(job.number) }
    var options = JobWorker.Options()
    options.concurrency = 1_000
    let worker = JobWorker(queue: kit.queue, handlers: [handler], options: options, metrics: Metrics(), log: .silent)
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await worker.run() }
        try await withThrowingTaskGroup(of: Void.self) { producers in
            for client in 0..<clients {
                producers.addTask {
                    for number in stride(from: client, to: count, by: clients) {
                        try await kit.queue.enqueue(kind, Nothing(number: number))
                        enqueued.note(number)
                    }
                }
            }
            try await producers.waitForAll()
        }
        while !began.isComplete { try await Task.sleep(for: .milliseconds(1)) }
        while try await kit.queue.counts().contains(where: { $0.kind == kind.name }) {
            try await Task.sleep(for: .milliseconds(1))
        }
        group.cancelAll()
    }
    let elapsed = (ContinuousClock.now - start).seconds
    await worker.finish()
    let waits = zip(enqueued.all, began.all).map { enqueued, began in
        // A job may begin before its enqueuer has heard that the transaction went through.
        if let enqueued, let began { max(0, (began - enqueued).seconds * 1_000) } else { 0.0 }
    }.sorted()
    return JobSpeed(
        rate: Double(count) / elapsed,
        p50: waits[waits.count / 2],
        p99: waits[waits.count * 99 / 100],
        database: kit.database.engine.rawValue,
        courier: kit.redis == nil ? "table" : "redis"
    )
}
