import Foundation
import Glibc
import Synchronization

/// The real program as `hedgerow worker`, beside a server.
package final class WorkerProcess: Sendable {
    private let process: Mutex<Process>

    package init(dataFolder: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
        let own = ["worker", "--data-dir", dataFolder, "--log-file", dataFolder + "/worker.log"]
        let process = programProcess(own + arguments, environment)
        try process.run()
        endWithTests(process.processIdentifier)
        self.process = Mutex(process)
    }

    deinit { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }

    package var processIdentifier: Int32 { process.withLock { $0.processIdentifier } }
    package var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Ends it and returns its exit status.
    package func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
        kill(processIdentifier, signal)
        while isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        forget(processIdentifier)
        return process.withLock { $0.terminationStatus }
    }
}
