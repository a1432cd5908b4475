import App
import Core
import FoundationEssentials

enum SamplesCommand: Command {
    static let name = "samples"
    static let summary = "Fetch sample pictures to try the program with, each with its licence and author."
    static let words = "[FOLDER] (samples by default)"
    static let options = [
        CommandOption("--from", "FOLDER", "Take them from this folder instead of the network."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.count <= 1 else { throw UsageFault("samples takes one folder") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let outcomes = try await FetchSamples(configuration)(
            into: arguments.words.first ?? "samples",
            from: arguments.value("--from")
        ) { done, total in terminal.progress("samples", done, of: total) }
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(outcomes), as: UTF8.self))
        } else {
            terminal.table(
                ["sample", "file", "licence", "author"],
                outcomes.map { [$0.title, $0.file ?? $0.problem ?? "", $0.licence, $0.author] }
            )
        }
        let missing = outcomes.count { $0.problem != nil }
        return missing == 0 ? .done : missing == outcomes.count ? .failed : .partlyDone
    }
}
