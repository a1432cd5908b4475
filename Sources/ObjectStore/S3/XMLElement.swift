/// An element of the small XML documents that S3 answers with: its name, its text, and the elements within.
struct XMLElement: Hashable {
    let name: String
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// The first element of that name directly within.
    subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Reads a document; `nil` unless it is well-formed, at most `depth` deep and without a document type.
    init?(_ document: [UInt8], depth: Int = 16) {
        guard let text = String(validating: document, as: UTF8.self) else { return nil }
        var reader = Reader(rest: text[...])
        guard reader.skipProlog(), let root = reader.element(depth: depth) else { return nil }
        self = root
    }

    private init(name: String) { self.name = name }

    private struct Reader {
        var rest: Substring

        mutating func skipProlog() -> Bool {
            rest = rest.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            while rest.hasPrefix("<?") || rest.hasPrefix("<!--") {
                guard skip(past: rest.hasPrefix("<?") ? "?>" : "-->") else { return false }
                rest = rest.drop { $0.isWhitespace }
            }
            return rest.hasPrefix("<") && !rest.hasPrefix("<!")
        }

        mutating func element(depth: Int) -> XMLElement? {
            guard depth > 0, let close = rest.firstIndex(of: ">") else { return nil }
            let tag = rest[rest.index(after: rest.startIndex)..<close]
            rest = rest[rest.index(after: close)...]
            let isEmpty = tag.hasSuffix("/")
            let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
            guard !name.isEmpty else { return nil }
            var element = XMLElement(name: name)
            if isEmpty { return element }
            while let mark = rest.firstIndex(of: "<") {
                guard let text = Self.unescaped(rest[..<mark]) else { return nil }
                element.text += text
                rest = rest[mark...]
                if rest.hasPrefix("</") {
                    let end = rest.dropFirst(2).prefix { $0 != ">" }
                    guard end.prefix(while: { !$0.isWhitespace }) == name, skip(past: ">") else { return nil }
                    return element
                }
                if rest.hasPrefix("<!--") {
                    guard skip(past: "-->") else { return nil }
                } else {
                    guard !rest.hasPrefix("<!"), let child = self.element(depth: depth - 1) else { return nil }
                    element.children.append(child)
                }
            }
            return nil
        }

        private mutating func skip(past mark: String) -> Bool {
            var index = rest.startIndex
            while index < rest.endIndex {
                if rest[index...].hasPrefix(mark) {
                    rest = rest[index...].dropFirst(mark.count)
                    return true
                }
                index = rest.index(after: index)
            }
            return false
        }

        private static func unescaped(_ text: Substring) -> String? {
            guard text.contains("&") else { return String(text) }
            var result = ""
            var rest = text
            while let mark = rest.firstIndex(of: "&") {
                result += rest[..<mark]
                guard let end = rest[mark...].firstIndex(of: ";") else { return nil }
                guard let character = character(rest[rest.index(after: mark)..<end]) else { return nil }
                result.append(character)
                rest = rest[rest.index(after: end)...]
            }
            return result + rest
        }

        private static func character(_ name: Substring) -> Character? {
            switch name {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            case "apos": return "'"
            default:
                guard name.hasPrefix("#") else { return nil }
                let digits = name.dropFirst()
                let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
                return code.flatMap { Unicode.Scalar($0) }.map { Character($0) }
            }
        }
    }
}

extension String {
    /// The text as it stands between two tags.
    var escapedForXML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
