internal import Synchronization

/// The running task of a request, so that a foreign thread can cancel it.
///
/// Between `attach` and `detach`, both called by the task itself, the reference is alive; the lock keeps it so.
final class TaskHandle: Sendable {
    @safe private struct Reference: @unchecked Sendable {
        // @unchecked: used only to cancel, which is safe from any thread while the task lives.
        let task: UnsafeCurrentTask
    }

    private struct State {
        var reference: Reference?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func attach(_ task: UnsafeCurrentTask?) {
        guard let task = unsafe task else { return }
        let wasCancelled = state.withLock { state in
            state.reference = unsafe Reference(task: task)
            return state.isCancelled
        }
        if wasCancelled { cancel() }
    }

    func detach() { state.withLock { $0.reference = nil } }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            if let reference = state.reference { unsafe reference.task.cancel() }
        }
    }
}
