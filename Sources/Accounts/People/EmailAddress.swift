import Core

/// An address for letters, which also is the name that somebody signs in with.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// As it was written, without blanks around it.
    package let description: String
    /// Equal for all spellings that count as one: capitals do not tell people apart.
    package let folded: String

    /// `nil` for a text that no letter could be sent to.
    package init?(_ text: String) {
        let text = text.trimmingWhitespace()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...253).contains(parts[1].utf8.count),
            text.unicodeScalars.allSatisfy(Self.isPlain), Self.isDomain(parts[1])
        else { return nil }
        description = text
        folded = text.lowercased()
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && scalar.value >= 0x21 && scalar.value != 0x7F
            && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
            && ![.control, .format, .surrogate, .privateUse, .unassigned].contains(scalar.properties.generalCategory)
    }

    private static func isDomain(_ domain: Substring) -> Bool {
        domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        }
    }
}
