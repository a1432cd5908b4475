/// Tells reports from pictures, and reads their bytes.
enum ReportText {
    private static let endings = [".txt", ".csv", ".log", ".ini"]

    static func isText(_ filename: String) -> Bool {
        // Servers that keep an earlier file number the later one, as in REPORT.TXT.1.
        let plain = filename.lowercased().replacing(/\.\d+$/, with: "")
        return endings.contains { plain.hasSuffix($0) }
    }

    /// Old cameras write Latin-1.
    static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
