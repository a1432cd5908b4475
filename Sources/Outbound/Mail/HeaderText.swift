import Core
import FoundationEssentials

/// Header fields as they stand in a mail: ASCII, folded below 78 columns, other letters in the words of RFC 2047.
enum HeaderText {
    private static let width = 76
    /// 39 bytes make a word of 64 columns, which fits behind every field name of ours.
    private static let bytesPerWord = 39

    /// A field with text for people.
    static func field(_ name: String, text: String) -> String {
        field(name, tokens: isPlain(text) ? text.split(separator: " ").map(String.init) : words(text))
    }

    /// A field with addresses.
    static func field(_ name: String, addresses: [MailAddress]) -> String {
        var tokens: [String] = []
        for (index, address) in addresses.enumerated() {
            let comma = index + 1 < addresses.count ? "," : ""
            if let name = address.name {
                tokens += phrase(name)
                tokens.append("<\(address.address)>\(comma)")
            } else {
                tokens.append(address.address + comma)
            }
        }
        return field(name, tokens: tokens)
    }

    /// A field of tokens that are never broken; lines end between them.
    static func field(_ name: String, tokens: [String]) -> String {
        var text = name + ":"
        var column = text.utf8.count
        for (index, token) in tokens.enumerated() {
            if index > 0, column + 1 + token.utf8.count > width {
                text += "\r\n"
                column = 0
            }
            text += " " + token
            column += 1 + token.utf8.count
        }
        return text + "\r\n"
    }

    /// A parameter such as `filename="plan.pdf"`, or in the form of RFC 2231 when it is not plain ASCII.
    static func parameter(_ name: String, _ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "%") }
        return isPlain && value.utf8.count <= 60
            ? "\(name)=\(quoted(value))" : "\(name)*=utf-8''\(value.percentEncoded())"
    }

    /// A character of which names are made that need no quotes.
    static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Array("!#$%&'*+-/=?^_`{|}~".utf8).contains(byte)
        }
    }

    /// Words of which each stands for whole characters, so that a reader may decode them one by one.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let more = Array(String(scalar).utf8)
            if bytes.count + more.count > bytesPerWord {
                words.append(word(bytes))
                bytes = []
            }
            bytes += more
        }
        return words + [word(bytes)]
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Data(bytes).base64EncodedString())?=" }

    /// The name before an address.
    private static func phrase(_ name: String) -> [String] {
        guard isPlain(name) else { return words(name) }
        if name.utf8.allSatisfy({ isAtomByte($0) || $0 == UInt8(ascii: " ") }) {
            return name.split(separator: " ").map(String.init)
        }
        return name.utf8.count <= 60 ? [quoted(name)] : words(name)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Whether the text says the same when it stands there as it is, with lines that end at its spaces.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !text.contains("=?")
            && text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { (1...60).contains($0.count) }
    }
}
