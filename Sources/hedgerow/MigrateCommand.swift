import App
import Core
import FoundationEssentials

enum MigrateCommand: Command {
    static let name = "migrate"
    static let summary =
        "Bring the tables forwards or back, say where they stand, or copy all rows into another database."
    static let words = "status | up | down FEATURE [--to N] | copy --from ADDRESS --to ADDRESS"
    static let options = [
        CommandOption(
            "--from",
            "ADDRESS",
            "copy: the database to read, sqlite:… or postgres:…; database_url when not given."
        ),
        CommandOption(
            "--to",
            "N or ADDRESS",
            "down: number of the step that stays the latest. copy: the empty database to fill; database_url when not given."
        ),
        CommandOption("--verify", nil, "copy: only compare the two databases."),
        CommandOption("--anew", nil, "copy: delete what an unfinished copy has left, and begin again."),
        CommandOption("--force", nil, "down: also while workers use the tables."),
        CommandOption("--yes", nil, "down: do not ask before rows are lost."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let migrate = MigrateDatabase(configuration)
        switch (arguments.words.first, arguments.words.count) {
        case ("status", 1):
            let steps = try await migrate.status()
            try show(steps, arguments, terminal)
            return steps.allSatisfy { ["applied", "pending"].contains($0.state) } ? .done : .failed
        case ("up", 1):
            try await show(migrate.up(), arguments, terminal)
            return .done
        case ("down", 2): return try await down(arguments.words[1], migrate, arguments, terminal)
        case ("copy", 1): return try await copy(configuration, arguments, terminal)
        default: throw UsageFault("takes status, up, down and the name of a feature, or copy")
        }
    }

    private static func copy(
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        guard arguments.has("--from") || arguments.has("--to") else {
            throw UsageFault("copy needs --from or --to; the other one is database_url when it is not given")
        }
        guard !arguments.has("--anew") || !arguments.has("--verify") else {
            throw UsageFault("--verify changes nothing, so --anew does not go with it")
        }
        let copy = try CopyDatabase(configuration, from: arguments.value("--from"), to: arguments.value("--to"))
        let mode: CopyDatabase.Mode = arguments.has("--verify") ? .compareOnly : arguments.has("--anew") ? .anew : .copy
        let outcomes = try await copy(mode) { doing, rows, total in terminal.progress(doing, rows, of: total) }
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(outcomes), as: UTF8.self))
        } else {
            terminal.table(
                ["table", "rows", "the same in both"],
                outcomes.map { [$0.table, "\($0.rows)", String($0.checksum.prefix(16))] }
            )
        }
        return .done
    }

    private static func down(
        _ feature: String,
        _ migrate: MigrateDatabase,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        guard MigrateDatabase.features.contains(feature) else {
            let known = MigrateDatabase.features.joined(separator: ", ")
            throw UsageFault("no feature \(feature) has tables; there are: \(known)")
        }
        let number = try arguments.value("--to").map { text in
            guard let number = Int(text), number >= 0 else {
                throw UsageFault("--to takes the number of a step, or 0 for none")
            }
            return number
        }
        let steps = try await migrate.stepsDown(feature, to: number)
        guard let last = steps.last else {
            try show([], arguments, terminal)
            return .done
        }
        if !arguments.has("--force") { try await migrate.refuseBesideWorkers() }
        if !arguments.has("--yes") {
            let names = steps.map { "\($0.feature)/\($0.number) \($0.name)" }.joined(separator: ", ")
            switch terminal.confirms("Take back \(names), with the rows in these tables?") {
            case true: break
            case false:
                terminal.complain("hedgerow migrate: nothing was changed")
                return .failed
            case nil: throw UsageFault("down loses the rows of \(names): say --yes if that is meant")
            }
        }
        try await show(migrate.down(feature, to: last.number - 1), arguments, terminal)
        return .done
    }

    private static func show(_ steps: [MigrateDatabase.Step], _ arguments: Arguments, _ terminal: Terminal) throws {
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(steps), as: UTF8.self))
        } else if steps.isEmpty {
            terminal.say("nothing to do")
        } else {
            terminal.table(
                ["feature", "step", "name", "state"],
                steps.map { [$0.feature, "\($0.number)", $0.name, $0.state] }
            )
        }
    }
}
