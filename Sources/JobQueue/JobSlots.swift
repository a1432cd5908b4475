import Core

/// What a worker has in hand: pure bookkeeping, without a clock, a table or a task.
struct JobSlots {
    enum Outcome: Equatable, Sendable {
        case done
        case failed(cause: String, isHopeless: Bool)
        /// Stopped for no fault of its own.
        case released
    }

    struct Running: Sendable {
        let job: ClaimedJob
        let deadline: ContinuousClock.Instant
        /// Its end is written down although it still runs, because it does not heed cancellation.
        var isAbandoned = false
    }

    let concurrency: Int
    let widths: [String: Int]
    /// Jobs in all before it takes no more.
    let limit: Int?
    private(set) var running: [Job.ID: Running] = [:]
    private(set) var ended: [Ended] = []
    private var startedCount = 0
    /// Whether the table may say that this worker has jobs of which it does not know.
    var isUnsure = false
    private var turn = 0

    struct Ended: Sendable {
        let job: ClaimedJob
        let outcome: Outcome
    }

    init(concurrency: Int, widths: [String: Int], limit: Int? = nil) {
        self.concurrency = concurrency
        self.widths = widths
        self.limit = limit
    }

    var isSpent: Bool { limit.map { startedCount >= $0 } ?? false }

    /// How many more jobs there is room for.
    var free: Int { max(0, min(concurrency - running.count, (limit ?? .max) - startedCount)) }

    /// How many more jobs of each kind there is room for; kinds without room are left out.
    var room: [String: Int] {
        let all = free
        guard all > 0 else { return [:] }
        var used: [String: Int] = [:]
        for entry in running.values { used[entry.job.kind, default: 0] += 1 }
        return widths.reduce(into: [:]) { room, entry in
            let free = min(entry.value - used[entry.key, default: 0], all)
            if free > 0 { room[entry.key] = free }
        }
    }

    /// Jobs that this worker answers for: those that run, and those whose end is not written down.
    var held: [Job.ID] { running.filter { !$0.value.isAbandoned }.map(\.key) + ended.map(\.job.id) }

    /// Urgent kinds first, and among equals another one each time, so that none starves.
    mutating func order(_ ready: [(kind: String, priority: JobPriority)]) -> [String] {
        let sorted = ready.sorted { ($0.priority, $0.kind) < ($1.priority, $1.kind) }
        guard let best = sorted.first?.priority else { return [] }
        let equals = sorted.prefix { $0.priority == best }.map(\.kind)
        turn += 1
        let first = turn % equals.count
        return equals[first...] + equals[..<first] + sorted.dropFirst(equals.count).map(\.kind)
    }

    mutating func begin(_ job: ClaimedJob, deadline: ContinuousClock.Instant) {
        running[job.id] = Running(job: job, deadline: deadline)
        startedCount += 1
    }

    mutating func end(_ id: Job.ID, _ outcome: Outcome) {
        guard let entry = running.removeValue(forKey: id), !entry.isAbandoned else { return }
        ended.append(Ended(job: entry.job, outcome: outcome))
    }

    /// Gives up those that run on `patience` after their deadline; their slots stay taken until they end.
    mutating func abandon(at now: ContinuousClock.Instant, patience: Duration, cause: String) -> [ClaimedJob] {
        let late = running.values.filter { !$0.isAbandoned && now >= $0.deadline + patience }.map(\.job)
        for job in late {
            running[job.id]?.isAbandoned = true
            ended.append(Ended(job: job, outcome: .failed(cause: cause, isHopeless: false)))
        }
        return late
    }

    mutating func takeEnded() -> [Ended] {
        defer { ended = [] }
        return ended
    }

    /// Puts back what could not be written down.
    mutating func putBack(_ more: [Ended]) { ended = more + ended }

    /// Forgets what is held, after the others gave this worker up.
    mutating func forget() { ended = [] }
}
