import App
import Core
import FoundationEssentials

enum BenchCommand: Command {
    static let name = "bench"
    static let summary = "Measure how many pictures a second this machine reads, without HTTP."
    static let words = "IMAGE…"
    static let options = [
        CommandOption("--seconds", "N", "How long to measure; 5 by default."),
        CommandOption("--clients", "N", "Pictures in flight at once; 8 by default."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard !arguments.words.isEmpty else { throw UsageFault("name at least one picture") }
        guard let seconds = Int(arguments.value("--seconds") ?? "5"), (1...600).contains(seconds) else {
            throw UsageFault("--seconds takes a whole number from 1 to 600")
        }
        guard let clients = Int(arguments.value("--clients") ?? "8"), (1...64).contains(clients) else {
            throw UsageFault("--clients takes a whole number from 1 to 64")
        }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let result = try await measureReading(
            files: arguments.words,
            duration: .seconds(seconds),
            clients: clients,
            configuration
        )
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(result), as: UTF8.self))
        } else {
            terminal.table(
                ["pictures/s", "p50 ms", "p99 ms", "precision"],
                [[result.rate, result.p50, result.p99].map { "\(($0 * 10).rounded() / 10)" } + [result.precision]]
            )
        }
        return .done
    }
}
