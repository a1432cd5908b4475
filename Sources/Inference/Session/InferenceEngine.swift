internal import Core
internal import Dispatch
internal import Synchronization

/// The part of a session that its threads hold: the queue, and how a run is done.
final class InferenceEngine: Sendable {
    private let queue: Mutex<SessionQueue<InferenceJob>>
    private let bells: [DispatchSemaphore]
    private let outputs: [Port]
    private let pictureShape: [Int]
    private let duty: SessionOptions.Duty
    private let lastID = Atomic<UInt64>(0)
    private let clock = ContinuousClock()

    init(options: SessionOptions, outputs: [Port], pictureShape: [Int]) {
        queue = Mutex(SessionQueue(workers: options.cores, depth: options.depth))
        bells = (0..<options.cores).map { _ in DispatchSemaphore(value: 0) }
        self.outputs = outputs
        self.pictureShape = pictureShape
        duty = options.duty
    }

    var waitingCount: Int { queue.withLock(\.waiting.count) }
    var expectedWait: Duration { queue.withLock(\.expectedWait) }
    var groupSizes: [Int] { queue.withLock(\.groupSizes) }

    func newID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// Takes the job, or refuses it at once.
    func admit(_ job: InferenceJob) -> Bool {
        switch queue.withLock({ $0.admit(job, now: clock.now) }) {
        case .wake(let worker): bells[worker].signal()
        case .wait: break
        case .refuse: return false
        }
        return true
    }

    func withdraw(_ id: UInt64) {
        queue.withLock { $0.withdraw(id) }?.answer(.failure(CancellationError()))
    }

    /// Admits nothing more; the threads end when the queue is empty.
    func close() {
        for worker in queue.withLock({ $0.close() }) { bells[worker].signal() }
    }

    /// Starts the threads and returns when each has run every request once.
    func start(_ programs: SessionPrograms) throws(OpenVINOFault) {
        let ready = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<[WarmUp], OpenVINOFault>>(.success([]))
        for index in bells.indices {
            startThread(givingWay: duty == .bulk) {
                let worker: InferenceWorker
                do throws(OpenVINOFault) {
                    worker = try InferenceWorker(programs, index: index, outputs: self.outputs.count)
                    let warmUp = try worker.warmUp(self.pictureShape)
                    outcome.withLock { outcome in outcome = outcome.map { $0 + [warmUp] } }
                } catch {
                    outcome.withLock { $0 = .failure(error) }
                    ready.signal()
                    return
                }
                ready.signal()
                // Rung once the warm-ups were compared.
                self.bells[index].wait()
                worker.keepGroups(self.groupSizes)
                self.work(worker)
            }
        }
        for _ in bells { ready.wait() }
        defer { for bell in bells { bell.signal() } }
        let warmUps = try outcome.withLock { $0 }.get()
        queue.withLock { $0.settle(warmUps, mustGain: programs.mustGainFromGroups) }
    }

    private func work(_ worker: InferenceWorker) {
        while true {
            let turn = queue.withLock { $0.next(for: worker.index, now: clock.now) }
            for job in turn.expired { job.answer(.failure(DeadlinePassed())) }
            switch turn.step {
            case .stop: return
            case .park: bells[worker.index].wait()
            case .run(let run):
                let began = clock.now
                let answers: [Result<[OutputTensor], any Error>]
                do {
                    answers = try worker.perform(run, ports: outputs).map { .success($0) }
                } catch {
                    answers = run.jobs.map { _ in .failure(error) }
                }
                let seconds = (clock.now - began).seconds
                queue.withLock {
                    $0.finished(pictures: run.jobs.count, isWide: run.isWide, in: seconds)
                }
                for (job, answer) in zip(run.jobs, answers) { job.answer(answer) }
            }
        }
    }
}
