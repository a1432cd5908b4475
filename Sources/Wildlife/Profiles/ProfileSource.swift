import Core
import Imaging

/// One of the places where a profile looks for a value, and how it reads what stands there.
struct ProfileSource: Sendable, CustomStringConvertible {
    enum Place: Sendable {
        /// A fact of the picture, or what a pattern finds in it.
        case exif(ExifField, Pattern?)
        case filename(Pattern)
        case path(Pattern)
        /// The description and the comment of a picture, or a whole report.
        case text(Pattern)
        /// A line of a report, by what stands before its colon.
        case line(String)
    }

    enum Unit: String, CaseIterable, Sendable {
        case celsius = "C"
        case fahrenheit = "F"
    }

    let place: Place
    var format: TimeFormat?
    var unit = Unit.celsius
    var scale = 1.0
    /// What counts as empty and as full, such as volts of a battery.
    var range: (empty: Double, full: Double)?
    /// What words stand for, in small letters.
    var words: [String: Double] = [:]

    /// The group of a pattern that holds the value.
    static let group = "value"

    /// The text that stands there; `nil` when there is none.
    ///
    /// - Throws: `PatternFault` when a pattern takes too many steps.
    func text(in sample: ProfileSample) throws(PatternFault) -> String? {
        switch place {
        case .exif(let field, let pattern):
            guard let text = field.text(in: sample.exif) else { return nil }
            guard let pattern else { return text }
            return try pattern.match(text)?[Self.group]
        case .filename(let pattern): return try pattern.match(sample.filename)?[Self.group]
        case .path(let pattern): return try pattern.match(sample.path)?[Self.group]
        case .text(let pattern):
            for text in sample.texts {
                if let found = try pattern.match(text)?[Self.group] { return found }
            }
            return nil
        case .line(let key): return sample.line(key)
        }
    }

    /// The number that the text is, or that its word stands for, in the unit of what is kept.
    ///
    /// A number with another unit, such as volts where percent are meant, is none.
    func number(_ text: String, for field: ProfileField) -> Double? {
        let word = text.trimmingWhitespace().lowercased()
        if let known = words[word] { return known }
        let digits = word.prefix { "+-0123456789.,".contains($0) }
        let sign = String(word.dropFirst(digits.count).filter { $0 != "°" && !$0.isWhitespace })
        guard let raw = Double(digits.replacing(",", with: ".")), raw.isFinite else { return nil }
        let number = raw * scale
        switch (field, sign) {
        case (.temperature, ""): return unit == .fahrenheit ? Self.celsius(number) : number
        case (.temperature, "c"): return number
        case (.temperature, "f"): return Self.celsius(number)
        case (.battery, ""), (.storage, ""), (.battery, "%"), (.storage, "%"), (.battery, "v"):
            guard let range else { return sign == "v" ? nil : number }
            return min(max((number - range.empty) / (range.full - range.empty), 0), 1) * 100
        case (.latitude, ""), (.longitude, ""): return number
        default: return nil
        }
    }

    private static func celsius(_ fahrenheit: Double) -> Double { (fahrenheit - 32) * 5 / 9 }

    var description: String {
        switch place {
        case .exif(let field, let pattern):
            pattern.map { "exif \(field.rawValue), \($0.source)" } ?? "exif \(field.rawValue)"
        case .filename(let pattern): "filename \(pattern.source)"
        case .path(let pattern): "path \(pattern.source)"
        case .text(let pattern): "text \(pattern.source)"
        case .line(let key): "line \(key)"
        }
    }
}
