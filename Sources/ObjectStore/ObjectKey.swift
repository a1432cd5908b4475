/// The name of an object: words of `A-Z a-z 0-9 . _ -` with slashes between them, such as `images/2026/0197….jpg`.
///
/// No word is empty or begins with a dot, so a key never leaves its store and never names a hidden file.
package struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let maximumLength = 512
    package static let maximumWordLength = 200

    let text: String

    /// - Throws: `ObjectFault.invalidKey` saying which rule is broken.
    package init(_ text: String) throws(ObjectFault) {
        if let problem = Self.problem(with: text) { throw ObjectFault(.invalidKey, problem) }
        self.text = text
    }

    package var description: String { text }

    package static func < (a: ObjectKey, b: ObjectKey) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    var words: [Substring] { text.split(separator: "/", omittingEmptySubsequences: false) }

    private static func problem(with text: String) -> String? {
        if text.isEmpty { return "a key is empty" }
        if text.utf8.count > maximumLength { return "a key is longer than \(maximumLength) bytes" }
        for word in text.split(separator: "/", omittingEmptySubsequences: false) {
            if word.isEmpty { return "a key begins or ends with a slash, or has two in a row" }
            if word.utf8.first == UInt8(ascii: ".") { return "a word of a key begins with a dot" }
            if word.utf8.count > maximumWordLength {
                return "a word of a key is longer than \(maximumWordLength) bytes"
            }
            guard word.utf8.allSatisfy(isAllowed) else {
                return "a key has a character other than A-Z, a-z, 0-9, dot, underscore, hyphen and slash"
            }
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
