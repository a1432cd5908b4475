import App
import Core
import FoundationEssentials

enum ServeCommand: Command {
    static let name = "serve"
    static let summary = "Run the server: pages, API and everything behind them."
    static let options = [CommandOption("--no-workers", nil, "Leave jobs to hedgerow worker.")]

    static var help: String {
        "\(summary)\n\nUsage: hedgerow serve [options]\n\nOptions:\n\(rows(options + settingOptions))"
    }

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("serve takes no further words") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        try await serve(arguments.has("--no-workers") ? configuration.withoutWorkers : configuration) { serving in
            if terminal.isInteractive { terminal.complain("Hedgerow is at \(serving.address) — stop it with Ctrl-C") }
            if let link = serving.setUpLink {
                terminal.complain("Nobody has an account yet. Make the first one at \(link)")
            }
        }
        return .done
    }
}
