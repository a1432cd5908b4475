import App
import Core
import FoundationEssentials

enum BenchCommand: Command {
    static let name = "bench"
    static let summary =
        "Measure how many pictures a second this machine reads, or how fast its storage is, without HTTP."
    static let words = "IMAGE… | traps IMAGE… | storage commits | storage queries | storage jobs | storage objects"
    static let options = [
        CommandOption("--seconds", "N", "How long to measure; 5 by default."),
        CommandOption(
            "--clients",
            "N",
            "Pictures, commits or queries in flight at once; 8 by default, 50 for storage."
        ),
        CommandOption("--jobs", "N", "Jobs that storage jobs puts through the queue; 20000 by default."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard let first = arguments.words.first else { throw UsageFault("name at least one picture, or storage") }
        let isStorage = first == "storage"
        guard let seconds = Int(arguments.value("--seconds") ?? "5"), (1...600).contains(seconds) else {
            throw UsageFault("--seconds takes a whole number from 1 to 600")
        }
        let most = isStorage ? 1_000 : 64
        guard let clients = Int(arguments.value("--clients") ?? (isStorage ? "50" : "8")), (1...most).contains(clients)
        else { throw UsageFault("--clients takes a whole number from 1 to \(most)") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        if first == "traps" {
            let files = Array(arguments.words.dropFirst())
            guard !files.isEmpty else { throw UsageFault("traps needs at least one picture") }
            let times = try await measureTraps(
                files: files,
                duration: .seconds(seconds),
                clients: clients,
                configuration
            )
            try show(times, ["", "a second", "p50 ms", "p99 ms"], [row("pictures", times)], arguments, terminal)
        } else if isStorage {
            let speed = StorageSpeed(configuration, clients: clients, duration: .seconds(seconds))
            if arguments.words == ["storage", "jobs"] {
                try await measureJobs(clients, configuration, arguments, terminal)
            } else {
                try await measure(speed, arguments, terminal)
            }
        } else {
            try await measureReading(
                of: arguments.words,
                .seconds(seconds),
                clients,
                configuration,
                arguments,
                terminal
            )
        }
        return .done
    }

    private static func measureReading(
        of files: [String],
        _ duration: Duration,
        _ clients: Int,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws {
        let result = try await App.measureReading(
            files: files,
            duration: duration,
            clients: clients,
            configuration
        )
        try show(
            result,
            ["pictures/s", "p50 ms", "p99 ms", "precision"],
            [[result.rate, result.p50, result.p99].map(short) + [result.precision]],
            arguments,
            terminal
        )
    }

    private static func measure(_ speed: StorageSpeed, _ arguments: Arguments, _ terminal: Terminal) async throws {
        switch Array(arguments.words.dropFirst()) {
        case ["commits"]:
            let times = try await speed.commits()
            try show(times, ["", "a second", "p50 ms", "p99 ms"], [row("commits", times)], arguments, terminal)
        case ["queries"]:
            let result = try await speed.queries(requests: 10_000)
            let bursts = [result.firstBurst, result.medianBurst, result.worstBurst].map(short)
            try show(
                result,
                ["at once: first ms", "median ms", "worst ms", "a second", "connections before", "after"],
                [bursts + [short(result.steady.rate)] + (result.connections ?? []).map(String.init)],
                arguments,
                terminal
            )
        case ["objects"]:
            let result = try await speed.objects(of: 10_000_000, rounds: 10)
            try show(
                result,
                ["10 MB", "a second", "p50 ms", "p99 ms"],
                [row("put", result.put), row("get", result.get)],
                arguments,
                terminal
            )
        default: throw UsageFault("storage takes commits, queries, jobs or objects")
        }
    }

    private static func measureJobs(
        _ clients: Int,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws {
        guard let count = Int(arguments.value("--jobs") ?? "20000"), (1...1_000_000).contains(count) else {
            throw UsageFault("--jobs takes a whole number from 1 to 1000000")
        }
        let speed = try await App.measureJobs(count: count, clients: clients, configuration)
        try show(
            speed,
            ["jobs a second", "wait p50 ms", "p99 ms", "database", "keys by"],
            [[speed.rate, speed.p50, speed.p99].map(short) + [speed.database, speed.courier]],
            arguments,
            terminal
        )
    }

    private static func row(_ name: String, _ times: LoadTimes) -> [String] {
        [name] + [times.rate, times.p50, times.p99].map(short)
    }

    private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func show(
        _ result: some Encodable,
        _ head: [String],
        _ rows: [[String]],
        _ arguments: Arguments,
        _ terminal: Terminal
    ) throws {
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(result), as: UTF8.self))
        } else {
            terminal.table(head, rows.map { $0 + [String](repeating: "", count: head.count - $0.count) })
        }
    }
}
