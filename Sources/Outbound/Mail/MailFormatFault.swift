/// Something that cannot be part of a mail; names the field and the reason, never the content.
package struct MailFormatFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let field: String
    package let reason: String

    init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field) \(reason)" }
}

extension String {
    /// Whether the text fits on one line and shows what it holds: no control character, no other line end, and nothing
    /// that turns the direction of what stands beside it.
    var isOneLine: Bool {
        !unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            }
        }
    }

    /// - Throws: `MailFormatFault` when the text is empty, longer than `limit` bytes or not one line.
    func checkLine(_ field: String, limit: Int) throws(MailFormatFault) {
        if isEmpty { throw MailFormatFault(field, "is empty") }
        if utf8.count > limit { throw MailFormatFault(field, "is longer than \(limit) bytes") }
        if !isOneLine { throw MailFormatFault(field, "has a line end or another control character") }
    }

    /// The characters that names of addresses and messages are made of (`atext` of RFC 5322), and dots between them.
    func isDotAtom(international: Bool) -> Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.unicodeScalars.allSatisfy { scalar in
                    guard scalar.isASCII else { return international && !scalar.properties.isWhitespace }
                    return HeaderText.isAtomByte(UInt8(truncatingIfNeeded: scalar.value))
                }
        }
    }
}
