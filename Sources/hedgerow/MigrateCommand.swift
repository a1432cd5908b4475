import App
import Core
import FoundationEssentials

enum MigrateCommand: Command {
    static let name = "migrate"
    static let summary = "Bring the tables of the database forwards or back, or say where they stand."
    static let words = "status | up | down FEATURE [--to N]"
    static let options = [
        CommandOption("--to", "N", "Number of the step that stays the latest; without it one step is taken back."),
        CommandOption("--yes", nil, "Do not ask before rows are lost."),
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
        default: throw UsageFault("takes status, or up, or down and the name of a feature")
        }
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
