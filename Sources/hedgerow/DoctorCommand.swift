import App
import Core
import FoundationEssentials

enum DoctorCommand: Command {
    static let name = "doctor"
    static let summary = "Look for what is wrong with this installation, and say how to cure it."
    static let options = [
        CommandOption("--fix", nil, "Cure what can be cured without asking."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let environment = ProcessInfo.processInfo.environment
        let settings = try readSettings(
            flags: arguments.settingsLayer(for: AppSettings.all),
            configFile: arguments.value("--config"),
            environment: environment
        )
        let configuration = try Configuration(settings, environment: environment)
        let findings = await Doctor(configuration, fixes: arguments.has("--fix")).examine()
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(findings), as: UTF8.self))
        } else {
            terminal.table(
                ["setting", "value", "from"],
                AppSettings.all.map { setting in
                    let effective = settings.effective(setting)
                    return [setting.name, effective.text, effective.source]
                }
            )
            terminal.say("")
            for finding in findings {
                terminal.say("\(finding.isWell ? "ok     " : "WRONG  ")\(finding.subject): \(finding.detail)")
            }
        }
        return findings.allSatisfy(\.isWell) ? .done : .failed
    }
}
