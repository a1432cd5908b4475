import Dispatch
import Glibc

/// Waits for SIGTERM or SIGINT; the last service of the list, whose end stops the others.
package struct ShutdownSignals: Service {
    package let name = "signals"
    private let log: Log

    private let onStop: @Sendable () -> Void

    /// `onStop` is called when all are about to stop, also when another service has ended.
    package init(log: Log, onStop: @escaping @Sendable () -> Void = {}) {
        self.log = log
        self.onStop = onStop
    }

    package func run() async throws {
        defer { onStop() }
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        let sources = [SIGTERM, SIGINT].map { number in
            // Dispatch sees a signal only when the default action, to die, is off.
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        for await number in signals {
            ServiceManager.stopping()
            log.notice("stopping", ["signal": .string(number == SIGTERM ? "SIGTERM" : "SIGINT")])
            break
        }
        for source in sources { source.cancel() }
    }
}
