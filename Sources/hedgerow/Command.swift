import App
import Core

/// One word after `hedgerow`, such as `serve`: a file each in this folder.
protocol Command: SendableMetatype {
    static var name: String { get }
    /// What it does, in a line.
    static var summary: String { get }
    /// What stands after the options, such as `IMAGE…`; empty when nothing does.
    static var words: String { get }
    /// Its own options; those of the settings come on top.
    static var options: [CommandOption] { get }
    static var help: String { get }
    /// Whether Ctrl-C and SIGTERM cancel it, so that it puts away what it began, instead of ending the process at once.
    static var endsGently: Bool { get }

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode
}

extension Command {
    static var words: String { "" }
    static var endsGently: Bool { false }

    /// The help page, which the documentation's test reads too.
    static var help: String {
        var text = "\(summary)\n\nUsage: hedgerow \(name) [options]"
        if !words.isEmpty { text += " \(words)" }
        text += "\n"
        if !options.isEmpty { text += "\nOptions:\n" + rows(options) }
        return text + "\nEvery setting is an option too, such as --data-dir DIR: see hedgerow help serve.\n"
    }

    static func rows(_ options: [CommandOption]) -> String {
        let rows = options.map { option in
            ([option.flag, option.valueName].compactMap(\.self).joined(separator: " "), option.summary)
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)\n" }.joined()
    }
}

/// One option a setting, and the file that holds them; secrets are none, since anyone on a machine can read command lines.
let settingOptions: [CommandOption] =
    [CommandOption("--config", "FILE", "YAML file of settings.")]
    + AppSettings.all.filter { !$0.isSecret }.map { CommandOption($0.flag, "VALUE", $0.summary) }

extension Arguments {
    /// The configuration that the options, the environment and the settings file give together.
    func configuration(environment: [String: String]) throws -> Configuration {
        let settings = try readSettings(
            flags: settingsLayer(for: AppSettings.all),
            configFile: value("--config"),
            environment: environment
        )
        return try Configuration(settings, environment: environment)
    }
}
