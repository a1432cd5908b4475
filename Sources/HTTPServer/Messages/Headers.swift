/// Header fields in order of arrival; names compare without regard to case.
package struct Headers: Sendable {
    /// Names in lower case.
    package private(set) var fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields.map { ($0.name.asciiLowercased(), $0.value) }
    }

    /// The first field of this name, given in lower case.
    package subscript(name: String) -> String? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    /// All fields of this name, given in lower case.
    package func all(_ name: String) -> [String] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }

    package func contains(_ name: String) -> Bool { self[name] != nil }

    mutating func append(lowercasedName name: String, _ value: String) { fields.append((name, value)) }

    /// The comma-separated elements of all fields of this name, in lower case.
    package func tokens(_ name: String) -> [String] {
        all(name).flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks().asciiLowercased() }
    }

    /// The value of a cookie.
    package func cookie(_ name: String) -> String? {
        for line in all("cookie") {
            for pair in line.split(separator: ";") {
                let pair = pair.trimmingBlanks()
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
                return String(pair[pair.index(after: equals)...])
            }
        }
        return nil
    }
}

extension StringProtocol {
    /// The text with `A`…`Z` in lower case and all else as it was.
    func asciiLowercased() -> String {
        var needsChange = false
        for byte in utf8 where (0x41...0x5A).contains(byte) {
            needsChange = true
            break
        }
        guard needsChange else { return String(self) }
        return String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// The text without spaces and tabs at its ends.
    func trimmingBlanks() -> SubSequence {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}

extension UInt8 {
    /// Whether the byte may stand in a token (RFC 9110, 5.6.2): a method or a header name.
    var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
