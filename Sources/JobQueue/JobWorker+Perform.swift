import Core
import Database
import Synchronization

extension JobWorker {
    private enum Turn: Sendable {
        case handler(Result<Void, any Error>)
        case limit
    }

    /// Carries out one job within its time, and notes how it ended.
    func perform(_ job: ClaimedJob, as worker: JobWorkerID) async {
        guard let handler = handlers[job.kind] else { return }
        let context = JobContext(
            id: job.id,
            attempt: job.attempt,
            isLastAttempt: job.attempt >= handler.policy.attempts,
            worker: worker,
            store: queue.store
        )
        let start = ContinuousClock.now
        let ending = await withTaskGroup(of: Turn.self) { group in
            group.addTask {
                do {
                    return .handler(.success(try await handler.run(job, context)))
                } catch {
                    return .handler(.failure(error))
                }
            }
            group.addTask { await self.watch(job, handler.policy) }
            var isOver = false
            while let turn = await group.next() {
                switch turn {
                case .handler(let result):
                    group.cancelAll()
                    return outcome(of: result, tookTooLong: isOver, job, handler.policy)
                case .limit:
                    // When the worker itself is being stopped, the limit's sleep ends early.
                    guard !Task.isCancelled else { continue }
                    isOver = true
                    group.cancelAll()
                }
            }
            return .released
        }
        meter.took((ContinuousClock.now - start).seconds, job.kind)
        slots.withLock { $0.end(job.id, ending) }
        bell.ring()
    }

    /// Returns when the job's time is over; tells the operator before.
    private func watch(_ job: ClaimedJob, _ policy: JobPolicy) async -> Turn {
        do {
            try await Task.sleep(for: policy.warnAfter)
            log.warning("a job takes long", ["kind": .string(job.kind), "job": .string("\(job.id)")])
            try await Task.sleep(for: policy.timeLimit - policy.warnAfter)
        } catch {
            // The job has ended, or is being stopped.
        }
        return .limit
    }

    private func outcome(
        of result: Result<Void, any Error>,
        tookTooLong: Bool,
        _ job: ClaimedJob,
        _ policy: JobPolicy
    ) -> JobSlots.Outcome {
        switch result {
        case .success: return .done
        case .failure where tookTooLong:
            return failed(job, policy, JobFault.tookTooLong(limit: policy.timeLimit))
        case .failure(is CancellationError) where Task.isCancelled: return .released
        // The database is away from the queue too: that is no failure of the job.
        case .failure(let fault as DatabaseFault) where fault.code == .unavailable: return .released
        case .failure(let error): return failed(job, policy, error)
        }
    }

    private func failed(_ job: ClaimedJob, _ policy: JobPolicy, _ error: any Error) -> JobSlots.Outcome {
        if case JobFault.leaseLost = error { return .released }
        var isHopeless = false
        if case JobFault.hopeless = error { isHopeless = true }
        let cause = cause(of: error)
        let fields: [String: LogValue] = [
            "kind": .string(job.kind), "job": .string("\(job.id)"), "attempt": .integer(Int64(job.attempt)),
            "cause": .string(cause),
        ]
        if isHopeless || job.attempt >= policy.attempts {
            log.error("a job is given up", fields)
        } else {
            log.warning("a job failed and is tried again", fields)
        }
        return .failed(cause: cause, isHopeless: isHopeless)
    }
}
