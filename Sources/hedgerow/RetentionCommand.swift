import App
import Core
import FoundationEssentials

enum RetentionCommand: Command {
    static let name = "retention"
    static let summary = "Remove what is kept only for a while, by the rules that are carried out every night."
    static let options = [
        CommandOption("--dry-run", nil, "Only say how much is over."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("takes no words") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let isDry = arguments.has("--dry-run")
        let outcome = try await Retention.with(configuration) { isDry ? await $0.look() : await $0.carryOut() }
        if arguments.has("--json") {
            terminal.say(String(decoding: try JSON.encode(outcome.rules), as: UTF8.self))
        } else {
            terminal.table(
                [isDry ? "over" : "removed", "what"],
                outcome.rules.map { ["\(isDry ? $0.expired : $0.removed ?? 0)", "\($0.name): \($0.rule)"] }
            )
        }
        guard let fault = outcome.fault else { return .done }
        terminal.complain("hedgerow retention: \(fault)")
        return .partlyDone
    }
}
