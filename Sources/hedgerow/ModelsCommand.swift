import App
import Core
import FoundationEssentials

enum ModelsCommand: Command {
    static let name = "models"
    static let summary = "List the installed models, verify that they are whole and work, or install one."
    static let words = "list | verify [NAME] | install NAME [--from FOLDER]"
    static let options = [
        CommandOption(
            "--from",
            "FOLDER",
            "Folder of the package to install; the one that comes with the program when not given."
        ),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        switch (arguments.words.first, arguments.words.count) {
        case ("list", 1): return try list(configuration, arguments, terminal)
        case ("verify", 1...2):
            return try await verify(configuration, arguments.words.dropFirst().first, arguments, terminal)
        case ("install", 2): return try await install(arguments.words[1], configuration, arguments, terminal)
        default: throw UsageFault("takes list, verify and perhaps a name, or install and a name")
        }
    }

    private static func list(
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) throws -> ExitCode {
        let models = InstalledModel.all(in: configuration)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(models), as: UTF8.self))
        } else {
            terminal.table(
                ["model", "version", "classes", "accuracy", "licence"],
                models.map { [$0.name, $0.version, $0.classes, $0.accuracy, $0.licence] }
            )
        }
        return .done
    }

    private static func verify(
        _ configuration: Configuration,
        _ name: String?,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let reports = try await InstalledModel.verify(in: configuration, name: name)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(reports), as: UTF8.self))
        } else {
            for report in reports {
                terminal.say("\(report.isWell ? "ok     " : "WRONG  ")\(report.name): \(report.detail)")
            }
        }
        return reports.allSatisfy(\.isWell) ? .done : .failed
    }

    private static func install(
        _ name: String,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let version = try await installModel(name, from: arguments.value("--from"), configuration)
        terminal.say("\(name) \(version) is installed; a running server takes it with: kill -HUP its process")
        return .done
    }
}
