import App
import Core
import FoundationEssentials

enum ObjectsCommand: Command {
    static let name = "objects"
    static let summary = "Remove pictures and other objects that no row of the database refers to."
    static let words = "sweep"
    static let options = [
        CommandOption("--dry-run", nil, "Only say what would be removed."),
        CommandOption(
            "--older-than",
            "AGE",
            "Spare what is younger, such as 90m, 24h or 7d; 24h by default, 1h at least."
        ),
        CommandOption("--yes", nil, "Do not ask before objects are removed."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words == ["sweep"] else { throw UsageFault("takes sweep") }
        guard let age = age(arguments.value("--older-than") ?? "24h") else {
            throw UsageFault("--older-than takes minutes, hours or days, at least an hour: 90m, 24h, 7d")
        }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        return try await SweepObjects.with(configuration, olderThan: age) { sweep in
            try await run(sweep, arguments, terminal)
        }
    }

    private static func run(
        _ sweep: SweepObjects,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let found = try await sweep.look()
        guard !arguments.has("--dry-run"), found.orphans + found.unfinished > 0 else {
            try show(found, arguments, terminal)
            return .done
        }
        if !arguments.has("--yes") {
            let what = "\(found.orphans) objects (\(size(found))) and \(found.unfinished) unfinished uploads"
            switch terminal.confirms("Remove \(what)?") {
            case true: break
            case false:
                terminal.complain("hedgerow objects: nothing was removed")
                return .failed
            case nil: throw UsageFault("this would remove \(what): look with --dry-run, say --yes if that is meant")
            }
        }
        try await show(sweep.remove(), arguments, terminal)
        return .done
    }

    private static func show(_ report: SweepObjects.Outcome, _ arguments: Arguments, _ terminal: Terminal) throws {
        if arguments.has("--json") {
            return terminal.say(try String(decoding: JSON.encode(report), as: UTF8.self))
        }
        for key in report.examples { terminal.say("\(report.isDryRun ? "would go" : "gone")  \(key)") }
        if report.orphans > report.examples.count { terminal.say("and more") }
        terminal.table(
            ["objects", "orphans", "size", "removed", "too young", "unfinished uploads"],
            [
                [report.examined, report.orphans].map(String.init) + [size(report)]
                    + [report.removed, report.spared, report.unfinished].map(String.init)
            ]
        )
    }

    private static func size(_ report: SweepObjects.Outcome) -> String {
        let megabytes = Double(report.orphanBytes) / 1_000_000
        return "\((megabytes * 10).rounded() / 10) MB"
    }

    private static func age(_ text: String) -> Duration? {
        let units: [Character: Int] = ["m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count < 100_000 else {
            return nil
        }
        let age = Duration.seconds(count * unit)
        return age >= SweepObjects.shortestAge ? age : nil
    }
}
