import Core
import Spreadsheet

/// A line of a table with commas (RFC 4180).
enum CSVLine {
    static func text(_ fields: [String?]) -> String { fields.map { quoted($0 ?? "") }.joined(separator: ",") + "\n" }

    /// A row of a table; none of its texts is a formula.
    static func text(_ cells: [Cell]) -> String {
        text(
            cells.map { cell -> String? in
                switch cell {
                case .empty: nil
                case .text(let text): harmless(text)
                case .integer(let number): "\(number)"
                case .number(let number): "\(number)"
                case .moment(let moment): moment.description
                case .wall(let time): String(time.description.dropLast())
                }
            }
        )
    }

    /// A spreadsheet takes what begins so for a formula, and would carry it out.
    static func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ field: String) -> String {
        let isPlain = field.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\n")
                && byte != UInt8(ascii: "\r")
        }
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
