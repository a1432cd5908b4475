/// A line of a table with commas (RFC 4180).
enum CSVLine {
    static func text(_ fields: [String?]) -> String { fields.map { quoted($0 ?? "") }.joined(separator: ",") + "\n" }

    private static func quoted(_ field: String) -> String {
        let isPlain = field.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\n")
                && byte != UInt8(ascii: "\r")
        }
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
