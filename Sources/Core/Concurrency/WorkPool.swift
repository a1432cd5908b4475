import Dispatch
import Synchronization

/// A bounded crew for blocking work (decoding, inference, files): `width` at once, `depth` waiting, the rest refused.
///
/// Threads come from Dispatch, never from the cooperative pool. Work waits in order of arrival; a task cancelled while
/// it waits leaves the queue and throws `CancellationError` without running. Work that waited longer than `patience` is
/// refused too: its caller has most likely gone, and doing it would only keep others waiting.
package final class WorkPool: Sendable {
    package let name: String
    package let width: Int
    package let depth: Int
    package let patience: Duration

    private struct Job {
        let id: UInt64
        let since = ContinuousClock.now
        let run: @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var running = 0
        var waiting: [Job] = []
        var nextID: UInt64 = 0

        /// Those in front that waited too long.
        mutating func takeExpired(_ patience: Duration) -> [Job] {
            let now = ContinuousClock.now
            let expired = waiting.prefix { now - $0.since >= patience }
            waiting.removeFirst(expired.count)
            return Array(expired)
        }
    }

    private let state = Mutex(State())

    /// Work waits for its turn no longer than `patience`; by default for as long as its caller does.
    package init(name: String, width: Int, depth: Int, patience: Duration = .seconds(86_400)) {
        precondition(width > 0 && depth >= 0, "a pool needs a width")
        self.name = name
        self.width = width
        self.depth = depth
        self.patience = patience
    }

    /// Work that waits for a free thread, for metrics and for `Retry-After`.
    package var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Runs `body` on a thread that may block.
    ///
    /// - Throws: `Overloaded` when the queue is full or too slow, `CancellationError` when cancelled before it began, or what `body` throws.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let job = Job(
                    id: id,
                    run: { continuation.resume(with: Result { try body() }) },
                    fail: { continuation.resume(throwing: $0) }
                )
                switch admit(job) {
                case .start: DispatchQueue.global(qos: .userInitiated).async { self.work(job) }
                // The cancellation handler may have run before the job stood in the queue.
                case .wait: if Task.isCancelled { withdraw(id) }
                case .refuse: continuation.resume(throwing: Overloaded(resource: name))
                }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    private enum Admission { case start, wait, refuse }

    private func admit(_ job: Job) -> Admission {
        let (admission, expired) = state.withLock { state -> (Admission, [Job]) in
            if state.running < width {
                state.running += 1
                return (.start, [])
            }
            let expired = state.takeExpired(patience)
            // Where the first in line waited in vain, one more would too.
            guard expired.isEmpty, state.waiting.count < depth else { return (.refuse, expired) }
            state.waiting.append(job)
            return (.wait, [])
        }
        refuse(expired)
        return admission
    }

    private func refuse(_ jobs: [Job]) {
        for job in jobs { job.fail(Overloaded(resource: name)) }
    }

    private func withdraw(_ id: UInt64) {
        let job = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        job?.fail(CancellationError())
    }

    private func work(_ first: Job) {
        var job = first
        while true {
            job.run()
            let (next, expired) = state.withLock { state -> (Job?, [Job]) in
                let expired = state.takeExpired(patience)
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return (nil, expired)
                }
                return (state.waiting.removeFirst(), expired)
            }
            refuse(expired)
            guard let next else { return }
            job = next
        }
    }
}

/// A bounded resource is full: try again in a moment.
package struct Overloaded: Error, Hashable, Sendable, CustomStringConvertible {
    package let resource: String
    package init(resource: String) { self.resource = resource }
    package var description: String { "Overloaded(\(resource))" }
}
