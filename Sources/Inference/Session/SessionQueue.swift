internal import Core

/// Who waits for which worker: a pure state machine, so that its rules can be tested without threads or models.
///
/// A lone request gets all cores. As soon as a second one is there, each core works on pictures of its own.
struct SessionQueue<Job: SessionJob> {
    enum Admission: Equatable {
        /// In the queue; wake this worker.
        case wake(worker: Int)
        /// In the queue; a busy worker will come for it.
        case wait
        /// The queue is full, or its wait would outlast the job's deadline.
        case refuse
    }

    /// What a worker does next, and the jobs whose deadline passed while they waited.
    struct Turn: Sendable {
        let step: Step
        let expired: [Job]
    }

    enum Step: Sendable {
        case run(Run)
        /// Nothing to do: sleep until woken.
        case park
        case stop
    }

    struct Run: Sendable {
        var jobs: [Job]
        /// Alone in the session: may use all cores.
        var isWide: Bool
    }

    let workers: Int
    let depth: Int
    /// Pictures that may be run together, ascending; always holds 1.
    var groupSizes: [Int] = [1]
    private(set) var waiting: [Job] = []
    private(set) var isClosed = false
    private var parked: Set<Int> = []
    /// What one picture takes a worker, as a moving average; what the warm-up measured to begin with.
    private(set) var secondsPerPicture: Double
    /// Lone requests yet to be run on one core, because the other cores were found busy.
    private var narrowTurns = 0

    init(workers: Int, depth: Int, secondsPerPicture: Double = 0) {
        self.workers = workers
        self.depth = depth
        self.secondsPerPicture = secondsPerPicture
    }

    /// How long a job that came now would stand in the queue.
    var expectedWait: Duration {
        .seconds(Double(waiting.count) * secondsPerPicture / Double(workers))
    }

    mutating func admit(_ job: Job, now: ContinuousClock.Instant) -> Admission {
        guard waiting.count < depth, !isClosed else { return .refuse }
        if let deadline = job.deadline, now + expectedWait > deadline { return .refuse }
        waiting.append(job)
        guard let worker = parked.min() else { return .wait }
        parked.remove(worker)
        return .wake(worker: worker)
    }

    mutating func next(for worker: Int, now: ContinuousClock.Instant) -> Turn {
        let isLate = { (job: Job) in job.deadline.map { $0 < now } ?? false }
        let expired = waiting.filter(isLate)
        if !expired.isEmpty { waiting.removeAll(where: isLate) }
        guard !waiting.isEmpty else {
            if isClosed { return Turn(step: .stop, expired: expired) }
            parked.insert(worker)
            return Turn(step: .park, expired: expired)
        }
        parked.remove(worker)
        // Only the first worker has a request over all cores.
        var isWide = worker == 0 && workers > 1 && waiting.count == 1 && parked.count == workers - 1
        if isWide && narrowTurns > 0 {
            narrowTurns -= 1
            isWide = false
        }
        let share = (waiting.count + workers - 1) / workers
        let size = groupSizes.last { $0 <= share } ?? 1
        let jobs = Array(waiting.prefix(size))
        waiting.removeFirst(size)
        return Turn(step: .run(Run(jobs: jobs, isWide: isWide)), expired: expired)
    }

    /// Learns from the warm-up how long a picture takes and which groups are worth running.
    ///
    /// A group keeps its first picture waiting for its last, so it must save a tenth to be used.
    mutating func settle(_ warmUps: [WarmUp], mustGain: Bool) {
        guard let alone = warmUps.map(\.alone).min() else { return }
        secondsPerPicture = alone
        let sizes = warmUps[0].inGroup.keys.filter { size in
            let grouped = warmUps.compactMap { $0.inGroup[size] }.min() ?? .infinity
            return !mustGain || grouped < alone * 0.9
        }
        groupSizes = [1] + sizes.sorted()
    }

    /// Takes a cancelled job out, if it still waits.
    mutating func withdraw(_ id: UInt64) -> Job? {
        waiting.firstIndex { $0.id == id }.map { waiting.remove(at: $0) }
    }

    /// Learns from a run.
    ///
    /// One over all cores that was hardly faster than one core found the others busy, decoding pictures say; spreading
    /// then only costs, so the next lone requests stay on one core.
    mutating func finished(pictures: Int, isWide: Bool, in seconds: Double) {
        if isWide {
            if seconds > secondsPerPicture * 0.9 { narrowTurns = 16 }
        } else {
            secondsPerPicture += (seconds / Double(pictures) - secondsPerPicture) * 0.1
        }
    }

    /// Admits nothing more and answers the workers to wake; what waits is still run.
    mutating func close() -> [Int] {
        isClosed = true
        defer { parked = [] }
        return parked.sorted()
    }
}

protocol SessionJob: Sendable {
    var id: UInt64 { get }
    var deadline: ContinuousClock.Instant? { get }
}
