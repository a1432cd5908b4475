internal import Core
internal import Dispatch
internal import Glibc

/// The inference threads of this process that have not ended yet, those of closed sessions included.
///
/// OpenVINO crashes when the process exits while one of them is still giving its requests back.
private let runningThreads = DispatchGroup()

/// Waits until the threads of closed sessions have given everything back; blocks, for at most `limit`.
///
/// Call it before the process exits, after the last session was dropped.
package func waitForInferenceThreads(atMost limit: Duration = .seconds(5)) {
    _ = runningThreads.wait(timeout: .now() + .milliseconds(Int(limit.seconds * 1_000)))
}

/// Starts a thread of its own: inference must never hold a thread of the cooperative pool, and OpenVINO keeps state per
/// calling thread, so callers must be few and always the same.
///
/// One that gives way gets a tenth of a core that another thread wants too.
func startThread(givingWay: Bool = false, _ body: @escaping @Sendable () -> Void) {
    runningThreads.enter()
    let start = unsafe Unmanaged.passRetained(Start(givingWay: givingWay, body)).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
        &thread,
        nil,
        { context in
            guard let context = unsafe context else { return nil }
            // In a function of its own, so that everything the body holds is released before the thread counts as ended.
            unsafe runAndRelease(context)
            runningThreads.leave()
            return nil
        },
        start
    )
    precondition(status == 0, "the system grants no more threads")
    pthread_detach(thread)
}

private final class Start: Sendable {
    private let givesWay: Bool
    private let body: @Sendable () -> Void

    init(givingWay: Bool, _ body: @escaping @Sendable () -> Void) {
        givesWay = givingWay
        self.body = body
    }

    func run() {
        // Linux keeps priorities by thread and takes 0 for the calling one; a refusal changes the speed, not the answer.
        if givesWay { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10) }
        body()
    }
}

@inline(never)
private func runAndRelease(_ context: UnsafeMutableRawPointer) {
    unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run()
}
