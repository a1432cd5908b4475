internal import Core

/// Texts that people give.
package enum PlainText {
    /// Without what no screen shows and no database keeps.
    package static func clean(_ text: String, limit: Int) -> String {
        let shown = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" }
        return String(String(String.UnicodeScalarView(shown)).trimmingWhitespace().prefix(limit))
    }

    package static func name(_ text: String, _ field: String) throws -> String {
        let text = text.trimmingWhitespace()
        guard (1...100).contains(text.count), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw Problem.unprocessable(["body", field], "takes 1 to 100 characters")
        }
        return text
    }
}
