import Core

/// Where mail goes or comes from, and perhaps the name of who reads it.
package struct MailAddress: Hashable, Sendable {
    /// Before the @; letters beyond ASCII are allowed, but only servers that speak SMTPUTF8 take them.
    package let local: String
    /// After the @, in lower-case ASCII: `bücher.example` becomes `xn--bcher-kva.example`.
    package let domain: String
    /// `nil` when there is none.
    package let name: String?

    /// The address without the name.
    package var address: String { "\(local)@\(domain)" }

    /// Takes `local@domain`; quoted local parts and numbers in brackets are refused.
    ///
    /// - Throws: `MailFormatFault`, which does not repeat the address.
    package init(_ address: String, name: String? = nil) throws(MailFormatFault) {
        let field = "the address"
        try address.checkLine(field, limit: 254)
        let halves = address.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2 else { throw MailFormatFault(field, "needs one @, as in name@host.example") }
        guard halves[0].utf8.count <= 64 else {
            throw MailFormatFault(field, "has more than 64 bytes before the @")
        }
        guard halves[0].isDotAtom(international: true) else {
            throw MailFormatFault(field, "has a character before the @ that has no place there")
        }
        guard let domain = Self.domain(halves[1]) else { throw MailFormatFault(field, "has no valid host after the @") }
        guard halves[0].utf8.count + domain.utf8.count < 254 else { throw MailFormatFault(field, "is too long") }
        local = halves[0]
        self.domain = domain
        let name = name.map { String($0.trimmed) } ?? ""
        if !name.isEmpty { try name.checkLine("the name", limit: 200) }
        self.name = name.isEmpty ? nil : name
    }

    /// Reads `name@host.example` or `Name <name@host.example>`, as people write it.
    ///
    /// - Throws: `MailFormatFault`, which does not repeat the text.
    package init(parsing text: String) throws(MailFormatFault) {
        let text = text.trimmed
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            try self.init(String(text))
            return
        }
        var name = text[..<open].trimmed
        if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        try self.init(String(text[text.index(after: open)...].dropLast()), name: String(name))
    }

    private static func domain(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        guard let ascii = isPlain ? text : InternationalName.ascii(text) else { return nil }
        let domain = ascii.lowercased()
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    default: byte == UInt8(ascii: "-")
                    }
                }
        }
        return isGood ? domain : nil
    }
}

extension StringProtocol {
    /// Without spaces at either end.
    fileprivate var trimmed: SubSequence {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
