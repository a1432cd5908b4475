import App
import Core
import FoundationEssentials

enum WorkerCommand: Command {
    static let name = "worker"
    static let summary =
        "Carry out jobs beside a server, on this machine or another: --queues, --concurrency, --recycle-after."
    static let options: [CommandOption] = []

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("worker takes no further words") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        guard try await work(configuration) else { return .done }
        try beginAnew()
    }
}
