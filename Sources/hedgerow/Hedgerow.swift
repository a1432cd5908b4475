import App
import Core
import Glibc

/// The program's door: finds the command, runs it, and turns its end into an exit code.
@main
struct Hedgerow {
    static var commands: [any Command.Type] {
        [
            ServeCommand.self, WorkerCommand.self, DiagnoseCommand.self, ModelsCommand.self, SamplesCommand.self,
            DoctorCommand.self, MigrateCommand.self, BackupCommand.self, RestoreCommand.self, ObjectsCommand.self,
            RetentionCommand.self, IngestCommand.self, ImportCommand.self, FTPAuthCommand.self,
            UserCommand.self, KeyCommand.self, OpenAPICommand.self, BenchCommand.self,
        ]
    }

    static func main() async {
        let terminal = Terminal()
        let code = await run(Array(CommandLine.arguments.dropFirst()), on: terminal)
        exit(code.rawValue)
    }

    private static func run(_ arguments: [String], on terminal: Terminal) async -> ExitCode {
        guard let name = arguments.first else {
            terminal.complain(overview)
            return .wrongUsage
        }
        switch name {
        case "help", "--help", "-h":
            guard let command = commands.first(where: { $0.name == arguments.dropFirst().first }) else {
                terminal.say(overview)
                return .done
            }
            terminal.say(command.help)
            return .done
        case "version", "--version":
            terminal.say("hedgerow \(Version.current)")
            return .done
        default: break
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            let near = commands.map { $0.name }.min { editDistance($0, name) < editDistance($1, name) } ?? "help"
            terminal.complain("hedgerow has no command \(name); did you mean \(near)?\n\n\(overview)")
            return .wrongUsage
        }
        return await run(command, Array(arguments.dropFirst()), on: terminal)
    }

    private static func run(
        _ command: any Command.Type,
        _ arguments: [String],
        on terminal: Terminal
    ) async -> ExitCode {
        if arguments.contains("--help") || arguments.contains("-h") {
            terminal.say(command.help)
            return .done
        }
        do {
            let parsed = try Arguments(parsing: arguments, options: command.options + settingOptions)
            guard command.endsGently else { return try await command.run(parsed, on: terminal) }
            let outcome = await stoppable { try await command.run(parsed, on: terminal) }
            guard let signal = outcome.signal, case .failure = outcome.result else { return try outcome.result.get() }
            terminal.complain("hedgerow \(command.name): stopped")
            return signal == SIGINT ? .interrupted : .terminated
        } catch let fault as UsageFault {
            terminal.complain("hedgerow \(command.name): \(fault)\nTry: hedgerow \(command.name) --help")
            return .wrongUsage
        } catch is CancellationError {
            return .done
        } catch {
            terminal.complain("hedgerow \(command.name): \(error)")
            return error is SettingFault || error is ConfigurationFault || error is YAMLFault ? .wrongUsage : .failed
        }
    }

    private static var overview: String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let rows = commands.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count))  \(command.summary)"
        }
        return """
            Hedgerow \(Version.current) looks after living things on both sides of the hedge.

            Usage: hedgerow COMMAND [options]

            Commands:
            \(rows.joined(separator: "\n"))

            Try `hedgerow help COMMAND` for the options of one.
            """
    }
}
