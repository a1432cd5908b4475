import Dispatch
import Glibc

/// Waits for SIGTERM or SIGINT; the last service of the list, whose end stops the others.
package struct ShutdownSignals: Service {
    package let name = "signals"
    private let log: Log

    package init(log: Log) { self.log = log }

    package func run() async throws {
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
