extension StringProtocol {
    /// The text as HTML shows it, in elements and between quotation marks.
    package var escapedForHTML: String {
        // By scalars: a mark that joins a quotation mark to one letter does not hide it from a browser.
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
