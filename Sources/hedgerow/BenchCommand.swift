import App
import Core
import FoundationEssentials

enum BenchCommand: Command {
    static let name = "bench"
    static let summary =
        "Measure how many pictures a second this machine reads, without HTTP, or how many jobs it carries out."
    static let words = "IMAGE…"
    static let options = [
        CommandOption("--seconds", "N", "How long to measure; 5 by default."),
        CommandOption("--clients", "N", "Pictures in flight, or clients that enqueue, at once; 8 by default."),
        CommandOption("--jobs", "N", "Instead put so many jobs that do nothing through the queue."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard let clients = Int(arguments.value("--clients") ?? "8"), (1...64).contains(clients) else {
            throw UsageFault("--clients takes a whole number from 1 to 64")
        }
        if let jobs = arguments.value("--jobs") { return try await run(jobs, clients, arguments, on: terminal) }
        guard !arguments.words.isEmpty else { throw UsageFault("name at least one picture") }
        guard let seconds = Int(arguments.value("--seconds") ?? "5"), (1...600).contains(seconds) else {
            throw UsageFault("--seconds takes a whole number from 1 to 600")
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
                [rounded(result.rate, result.p50, result.p99) + [result.precision]]
            )
        }
        return .done
    }

    private static func run(
        _ jobs: String,
        _ clients: Int,
        _ arguments: Arguments,
        on terminal: Terminal
    ) async throws -> ExitCode {
        guard let count = Int(jobs), (1...1_000_000).contains(count) else {
            throw UsageFault("--jobs takes a whole number from 1 to 1000000")
        }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let result = try await measureJobs(count: count, clients: clients, configuration)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(result), as: UTF8.self))
        } else {
            terminal.table(
                ["jobs/s", "wait p50 ms", "wait p99 ms", "database", "keys by"],
                [rounded(result.rate, result.p50, result.p99) + [result.database, result.courier]]
            )
        }
        return .done
    }

    private static func rounded(_ numbers: Double...) -> [String] { numbers.map { "\(($0 * 10).rounded() / 10)" } }
}
