import Dispatch
import Glibc
import Synchronization

/// How work ended that signals may stop.
package struct StoppableOutcome<Value: Sendable>: Sendable {
    package let result: Result<Value, any Error>
    /// SIGINT or SIGTERM where one came, whether or not it was still in time.
    package let signal: Int32?
}

/// Runs `body` so that SIGINT and SIGTERM cancel it, and waits until it has put away what it began; a second signal ends the process.
package func stoppable<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) async -> StoppableOutcome<Value> {
    // The one way for a signal, which comes from outside of all tasks, to reach the work; it is awaited.
    let task = Task { try await body() }
    let stop = Stop { task.cancel() }
    let sources = [SIGTERM, SIGINT].map { number in
        // Dispatch sees a signal only when the default action, to die, is off.
        _ = signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { stop.come(number) }
        source.resume()
        return source
    }
    let result = await task.result
    for source in sources { source.cancel() }
    return StoppableOutcome(result: result, signal: stop.first)
}

private final class Stop: Sendable {
    private let signal = Mutex<Int32?>(nil)
    private let cancel: @Sendable () -> Void

    init(_ cancel: @escaping @Sendable () -> Void) { self.cancel = cancel }

    var first: Int32? { signal.withLock(\.self) }

    func come(_ number: Int32) {
        let isFirst = signal.withLock { signal in
            defer { signal = signal ?? number }
            return signal == nil
        }
        guard isFirst else { _exit(128 + number) }
        cancel()
    }
}
