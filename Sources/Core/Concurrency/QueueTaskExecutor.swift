import Dispatch

/// A thread of its own for the tasks of long work, such as hashing all pictures, which would hold up the cooperative pool.
///
/// Give it to `withTaskExecutorPreference`; child tasks inherit it.
package final class QueueTaskExecutor: TaskExecutor {
    private let queue: DispatchQueue

    package init(label: String) { queue = DispatchQueue(label: label, qos: .utility) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
