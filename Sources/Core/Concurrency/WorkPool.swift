import Dispatch
import Synchronization

/// A bounded crew for blocking work (decoding, inference, files): `width` at once, `depth` waiting, the rest refused.
///
/// Threads come from Dispatch, never from the cooperative pool. Work waits in order of arrival; a task cancelled while
/// it waits leaves the queue and throws `CancellationError` without running.
package final class WorkPool: Sendable {
    package let name: String
    package let width: Int
    package let depth: Int

    private struct Job {
        let id: UInt64
        let run: @Sendable () -> Void
        let cancel: @Sendable () -> Void
    }

    private struct State {
        var running = 0
        var waiting: [Job] = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init(name: String, width: Int, depth: Int) {
        precondition(width > 0 && depth >= 0, "a pool needs a width")
        self.name = name
        self.width = width
        self.depth = depth
    }

    /// Work that waits for a free thread, for metrics and for `Retry-After`.
    package var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Runs `body` on a thread that may block.
    ///
    /// - Throws: `Overloaded` when the queue is full, `CancellationError` when cancelled before it began, or what `body` throws.
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
                    cancel: { continuation.resume(throwing: CancellationError()) }
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
        state.withLock { state in
            if state.running < width {
                state.running += 1
                return .start
            }
            guard state.waiting.count < depth else { return .refuse }
            state.waiting.append(job)
            return .wait
        }
    }

    private func withdraw(_ id: UInt64) {
        let job = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        job?.cancel()
    }

    private func work(_ first: Job) {
        var job = first
        while true {
            job.run()
            let next = state.withLock { state -> Job? in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
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
