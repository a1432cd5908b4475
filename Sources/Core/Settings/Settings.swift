/// The settings in force: flags over environment over `.env` over the YAML file over defaults.
package struct Settings: Sendable {
    /// One source of values, keyed by setting name such as `data_dir`.
    package struct Layer: Sendable {
        /// How messages call it: `flag`, `environment`, a file's path.
        package let source: String
        package let values: [String: String]

        package init(source: String, values: [String: String]) {
            self.source = source
            self.values = values
        }
    }

    private let layers: [Layer]

    /// Takes the layers in order of precedence, the strongest first.
    package init(_ layers: [Layer]) { self.layers = layers }

    /// Returns what is in force for `setting`.
    ///
    /// - Throws: `SettingFault`, naming setting, source and reason, when the value does not fit.
    package func value<Value>(_ setting: Setting<Value>) throws(SettingFault) -> Value {
        let name = setting.description.name
        guard let (text, source) = raw(name) else { return setting.fallback }
        do {
            return try setting.parse(text)
        } catch {
            throw SettingFault(setting: name, source: source, reason: error)
        }
    }

    /// Whether somebody said anything about the setting.
    package func isGiven(_ name: String) -> Bool { raw(name) != nil }

    /// The text in force and where it comes from, with secrets hidden; for `doctor`.
    package func effective(_ setting: SettingDescription) -> (text: String, source: String) {
        guard let (text, source) = raw(setting.name) else { return (setting.defaultText, "default") }
        return (setting.isSecret && !text.isEmpty ? "(hidden)" : Self.withoutUser(text), source)
    }

    /// An address without the user and the password that it may hold.
    private static func withoutUser(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@") else {
            return text
        }
        return text[..<scheme.upperBound] + "(hidden)" + text[at...]
    }

    /// Names that no setting has: most often a spelling mistake, which must not pass in silence.
    package func unknown(among known: [SettingDescription]) -> [(name: String, source: String)] {
        let names = Set(known.map(\.name))
        return layers.flatMap { layer in
            layer.values.keys.filter { !names.contains($0) }.sorted().map { ($0, layer.source) }
        }
    }

    private func raw(_ name: String) -> (text: String, source: String)? {
        for layer in layers {
            if let text = layer.values[name] { return (text, layer.source) }
        }
        return nil
    }
}

/// A setting has a value that it cannot take.
package struct SettingFault: Error, CustomStringConvertible {
    package struct Reason: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    package let setting: String
    package let source: String
    package let reason: Reason

    /// Names setting, source and reason, never the value: it may be a secret.
    package var description: String { "setting \(setting) (\(source)) \(reason.text)" }
}

extension Settings.Layer {
    /// The `HEDGEROW_…` variables of an environment.
    package static func environment(_ variables: [String: String]) -> Settings.Layer {
        Settings.Layer(source: "environment", values: named(variables))
    }

    /// The `HEDGEROW_…` lines of a `.env` file: `NAME=value`, `#` comments, optional quotes.
    package static func dotEnv(_ text: String, path: String) -> Settings.Layer {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.trimmingSpaces()
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            var value = line[line.index(after: equals)...].trimmingSpaces()
            if let quote = value.first, value.count >= 2, "\"'".contains(quote), value.last == quote {
                value = value.dropFirst().dropLast()
            }
            variables[String(line[..<equals].trimmingSpaces())] = String(value)
        }
        return Settings.Layer(source: path, values: named(variables))
    }

    private static func named(_ variables: [String: String]) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in variables where name.hasPrefix("HEDGEROW_") {
            values[name.dropFirst("HEDGEROW_".count).lowercased()] = value
        }
        return values
    }
}
