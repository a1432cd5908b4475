/// An option of a command, such as `--port 8000` or `--json`.
package struct CommandOption: Hashable, Sendable {
    package let flag: String
    /// What stands after the flag, such as `FILE`; `nil` for a switch.
    package let valueName: String?
    package let summary: String

    package init(_ flag: String, _ valueName: String? = nil, _ summary: String) {
        precondition(flag.hasPrefix("--"), "options are written long, once")
        self.flag = flag
        self.valueName = valueName
        self.summary = summary
    }
}

/// The words after a command's name, sorted into options and the rest.
package struct Arguments: Sendable {
    private let given: [String: [String]]
    /// What is no option, in order: files, folders, names.
    package let words: [String]

    /// Sorts `arguments`; `--flag value` and `--flag=value` are the same, and `--` ends the options.
    package init(parsing arguments: some Sequence<String>, options: [CommandOption]) throws(UsageFault) {
        let known = Dictionary(options.map { ($0.flag, $0) }, uniquingKeysWith: { first, _ in first })
        var given: [String: [String]] = [:]
        var words: [String] = []
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            if argument == "--" {
                while let word = iterator.next() { words.append(word) }
                break
            }
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = known[parts[0]] else {
                throw UsageFault("\(parts[0]) is no option here", flag: parts[0], among: known.keys.sorted())
            }
            var value = parts.count > 1 ? parts[1] : nil
            if let valueName = option.valueName {
                value = value ?? iterator.next()
                guard value != nil else { throw UsageFault("\(option.flag) needs \(valueName)") }
            } else if value != nil {
                throw UsageFault("\(option.flag) takes no value")
            }
            given[option.flag, default: []].append(value ?? "")
        }
        self.given = given
        self.words = words
    }

    /// Whether a switch, or an option with a value, was given.
    package func has(_ flag: String) -> Bool { given[flag] != nil }

    /// The value of an option, the last when it was given more than once.
    package func value(_ flag: String) -> String? { given[flag]?.last }

    /// The options that stand for settings, as their strongest layer.
    package func settingsLayer(for settings: [SettingDescription]) -> Settings.Layer {
        let pairs = settings.compactMap { setting in value(setting.flag).map { (setting.name, $0) } }
        return Settings.Layer(source: "flag", values: Dictionary(pairs) { $1 })
    }
}

/// The command was typed wrong; the message says how, and what may have been meant.
package struct UsageFault: Error, CustomStringConvertible {
    package let description: String

    package init(_ reason: String) { description = reason }

    init(_ reason: String, flag: String, among known: [String]) {
        let near = known.min { editDistance($0, flag) < editDistance($1, flag) }
        if let near, editDistance(near, flag) <= 3 {
            description = "\(reason); did you mean \(near)?"
        } else {
            description = reason
        }
    }
}

/// How many letters must be put in, taken out or changed to make one word the other.
package func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let above = row[j + 1]
            row[j + 1] = letter == b[j] ? diagonal : 1 + min(diagonal, above, row[j])
            diagonal = above
        }
    }
    return row[b.count]
}

/// How a command ended, as the shell sees it.
package enum ExitCode: Int32, Sendable {
    case done = 0
    case failed = 1
    case wrongUsage = 2
    case partlyDone = 3
    /// Stopped by Ctrl-C, after it had put away what it began.
    case interrupted = 130
    /// The same by SIGTERM.
    case terminated = 143
}
