import Core
import HTTPServer

/// Texts and times that people give.
enum PlainText {
    /// Without what no screen shows and no database keeps.
    static func clean(_ text: String, limit: Int) -> String {
        let shown = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" }
        return String(String(String.UnicodeScalarView(shown)).trimmingWhitespace().prefix(limit))
    }

    static func name(_ text: String, _ field: String) throws -> String {
        let text = text.trimmingWhitespace()
        guard (1...100).contains(text.count), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw Problem.unprocessable(["body", field], "takes 1 to 100 characters")
        }
        return text
    }
}

extension Timestamp {
    /// Camera traps are younger than 1900, and so is everything that is dated by them.
    private static let plausible = Timestamp("1900-01-01T00:00:00Z"), late = Timestamp("2200-01-01T00:00:00Z")

    var isPlausible: Bool {
        guard let first = Self.plausible, let last = Self.late else { return true }
        return self >= first && self < last
    }

    /// - Throws: a 422 for a time that no camera can have had.
    func checked(_ location: [String]) throws -> Timestamp {
        guard isPlausible else { throw Problem.unprocessable(location, "is not between the years 1900 and 2200") }
        return self
    }
}
