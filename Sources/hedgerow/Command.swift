import App
import Core

/// One word after `hedgerow`, such as `serve`: a file each in this folder.
protocol Command {
    static var name: String { get }
    /// What it does, in a line.
    static var summary: String { get }
    /// What stands after the options, such as `IMAGE…`; empty when nothing does.
    static var words: String { get }
    static var options: [CommandOption] { get }

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode
}

extension Command {
    static var words: String { "" }

    /// The help page, which the documentation's test reads too.
    static var help: String {
        var text = "\(summary)\n\nUsage: hedgerow \(name)"
        if !options.isEmpty { text += " [options]" }
        if !words.isEmpty { text += " \(words)" }
        text += "\n"
        guard !options.isEmpty else { return text }
        let rows = options.map { option in
            ([option.flag, option.valueName].compactMap(\.self).joined(separator: " "), option.summary)
        }
        let width = rows.map(\.0.count).max() ?? 0
        text += "\nOptions:\n"
        for (flag, summary) in rows {
            text += "  \(flag)\(String(repeating: " ", count: width - flag.count))  \(summary)\n"
        }
        return text
    }
}

/// Options that every command with settings takes: one a setting, and the file that holds them.
let settingOptions: [CommandOption] =
    [CommandOption("--config", "FILE", "YAML file of settings.")]
    + AppSettings.all.map { CommandOption($0.flag, "VALUE", $0.summary) }

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
