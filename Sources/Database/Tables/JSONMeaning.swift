/// Writes JSON in one form for all texts that mean the same: no spaces, sorted keys, numbers by their value.
///
/// PostgreSQL keeps JSON in its own form, so texts cannot be compared. Of a key that comes twice the last one counts, as there.
enum JSONMeaning {
    /// The text itself when it is no JSON or nested too deeply.
    static func canonical(_ text: [UInt8]) -> [UInt8] {
        var reader = Reader(text[...])
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return text }
        return value
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>
        private static let deepest = 200

        init(_ text: ArraySlice<UInt8>) { rest = text }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return rest.isEmpty
            }
        }

        mutating func value(depth: Int) -> [UInt8]? {
            skipSpace()
            guard depth < Self.deepest, let first = rest.first else { return nil }
            switch first {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
            default: return word()
            }
        }

        private mutating func object(_ depth: Int) -> [UInt8]? {
            rest.removeFirst()
            var members: [[UInt8]: [UInt8]] = [:]
            if !skip("}") {
                repeat {
                    skipSpace()
                    guard rest.first == UInt8(ascii: "\""), let key = string(), skip(":"),
                        let value = value(depth: depth + 1)
                    else { return nil }
                    members[key] = value
                } while skip(",")
                guard skip("}") else { return nil }
            }
            let sorted = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let written = sorted.map { $0.key + [UInt8(ascii: ":")] + $0.value }
            return Array("{".utf8) + written.joined(separator: [UInt8(ascii: ",")]) + Array("}".utf8)
        }

        private mutating func array(_ depth: Int) -> [UInt8]? {
            rest.removeFirst()
            var elements: [[UInt8]] = []
            if !skip("]") {
                repeat {
                    guard let element = value(depth: depth + 1) else { return nil }
                    elements.append(element)
                } while skip(",")
                guard skip("]") else { return nil }
            }
            return Array("[".utf8) + elements.joined(separator: [UInt8(ascii: ",")]) + Array("]".utf8)
        }

        private mutating func word() -> [UInt8]? {
            for word in ["true", "false", "null"] where rest.starts(with: word.utf8) {
                rest = rest.dropFirst(word.utf8.count)
                return Array(word.utf8)
            }
            return nil
        }

        /// With everything unescaped that need not be escaped.
        private mutating func string() -> [UInt8]? {
            rest.removeFirst()
            var scalars = String.UnicodeScalarView()
            var plain: [UInt8] = []
            func flush() {
                scalars.append(contentsOf: String(decoding: plain, as: UTF8.self).unicodeScalars)
                plain = []
            }
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""):
                    flush()
                    return Self.quoted(scalars)
                case UInt8(ascii: "\\"):
                    flush()
                    guard let scalar = escaped() else { return nil }
                    scalars.append(scalar)
                default: plain.append(byte)
                }
            }
            return nil
        }

        private mutating func escaped() -> Unicode.Scalar? {
            switch rest.popFirst() {
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "u"):
                guard let high = codeUnit() else { return nil }
                guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
                guard rest.starts(with: "\\u".utf8) else { return nil }
                rest = rest.dropFirst(2)
                guard let low = codeUnit(), (0xDC00..<0xE000).contains(low) else { return nil }
                return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            case let byte?: return Unicode.Scalar(byte)
            case nil: return nil
            }
        }

        private mutating func codeUnit() -> UInt32? {
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            return digits.count == 4 ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
        }

        private static func quoted(_ scalars: String.UnicodeScalarView) -> [UInt8] {
            var bytes = [UInt8(ascii: "\"")]
            for byte in String(scalars).utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            return bytes + [UInt8(ascii: "\"")]
        }

        /// Its digits without zeros at either end, and the power of ten of the last one: `1.50` and `15e-1` are `15e-1`.
        private mutating func number() -> [UInt8]? {
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest.removeFirst() }
            var digits = take()
            guard !digits.isEmpty else { return nil }
            var power = 0
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                let fraction = take()
                guard !fraction.isEmpty else { return nil }
                digits += fraction
                power -= fraction.count
            }
            if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
                rest.removeFirst()
                let isSmall = rest.first == UInt8(ascii: "-")
                if isSmall || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
                guard let exponent = Int(String(decoding: take(), as: UTF8.self)), exponent < 1_000_000 else {
                    return nil
                }
                power += isSmall ? -exponent : exponent
            }
            digits.trimPrefix { $0 == UInt8(ascii: "0") }
            guard !digits.isEmpty else { return Array("0".utf8) }
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                power += 1
            }
            return Array((isNegative ? "-" : "").utf8) + digits + Array("e\(power)".utf8)
        }

        private mutating func take() -> [UInt8] {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return Array(digits)
        }

        private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
            skipSpace()
            guard rest.first == UInt8(ascii: mark) else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func skipSpace() {
            rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        }
    }
}
