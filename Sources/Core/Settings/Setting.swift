/// A named knob of the program: how it is written, what it means, and what it is when nobody says.
///
/// The name `data_dir` is read from the flag `--data-dir`, the variable `HEDGEROW_DATA_DIR` and the YAML key `data_dir`.
package struct Setting<Value: Sendable>: Sendable {
    package let description: SettingDescription
    let parse: @Sendable (String) throws(SettingFault.Reason) -> Value
    let fallback: Value

    private init(
        _ name: String,
        _ summary: String,
        default fallback: Value,
        defaultText: String,
        isSecret: Bool,
        parse: @escaping @Sendable (String) throws(SettingFault.Reason) -> Value
    ) {
        description = SettingDescription(name: name, summary: summary, defaultText: defaultText, isSecret: isSecret)
        self.fallback = fallback
        self.parse = parse
    }
}

/// What documentation and `doctor` say of a setting.
package struct SettingDescription: Hashable, Sendable {
    package let name: String
    package let summary: String
    package let defaultText: String
    package let isSecret: Bool

    package var variable: String { "HEDGEROW_" + name.uppercased() }
    package var flag: String { "--" + name.replacing("_", with: "-") }
}

extension Setting where Value == String {
    package static func text(_ name: String, _ summary: String, default fallback: String) -> Setting {
        Setting(name, summary, default: fallback, defaultText: fallback, isSecret: false) { $0 }
    }
}

extension Setting where Value == String? {
    /// A text that may be left out; an empty value counts as left out.
    package static func optionalText(_ name: String, _ summary: String, isSecret: Bool = false) -> Setting {
        Setting(name, summary, default: nil, defaultText: "", isSecret: isSecret) { $0.isEmpty ? nil : $0 }
    }
}

extension Setting where Value == Int {
    package static func integer(
        _ name: String,
        _ summary: String,
        default fallback: Int,
        in range: ClosedRange<Int>
    ) -> Setting {
        Setting(name, summary, default: fallback, defaultText: "\(fallback)", isSecret: false) {
            text throws(SettingFault.Reason) in
            guard let number = Int(text), range.contains(number) else {
                throw SettingFault.Reason("takes a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Setting where Value == Double {
    package static func number(
        _ name: String,
        _ summary: String,
        default fallback: Double,
        in range: ClosedRange<Double>
    ) -> Setting {
        Setting(name, summary, default: fallback, defaultText: "\(fallback)", isSecret: false) {
            text throws(SettingFault.Reason) in
            guard let number = Double(text), range.contains(number) else {
                throw SettingFault.Reason("takes a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Setting where Value == Bool {
    package static func flag(_ name: String, _ summary: String, default fallback: Bool) -> Setting {
        Setting(name, summary, default: fallback, defaultText: fallback ? "on" : "off", isSecret: false) {
            text throws(SettingFault.Reason) in
            switch text.lowercased() {
            case "on", "true", "yes", "1": return true
            case "off", "false", "no", "0": return false
            default: throw SettingFault.Reason("takes on or off")
            }
        }
    }
}

extension Setting where Value == [String] {
    /// A list with commas between its entries.
    package static func list(_ name: String, _ summary: String) -> Setting {
        Setting(name, summary, default: [], defaultText: "", isSecret: false) { text in
            text.split(separator: ",").map { String($0.trimmingSpaces()) }.filter { !$0.isEmpty }
        }
    }
}

extension Setting where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    package static func choice(_ name: String, _ summary: String, default fallback: Value) -> Setting {
        Setting(name, summary, default: fallback, defaultText: fallback.rawValue, isSecret: false) {
            text throws(SettingFault.Reason) in
            guard let value = Value(rawValue: text.lowercased()) else {
                throw SettingFault.Reason("takes one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }
    }
}

extension Substring {
    func trimmingSpaces() -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
