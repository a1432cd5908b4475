/// A line of a table with commas (RFC 4180).
enum CSVLine {
    static func text(_ fields: [String?]) -> String { fields.map { quoted($0 ?? "") }.joined(separator: ",") + "\n" }

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
