/// Text as ASCII lines of at most 76 columns (RFC 2045), which stay readable where the text is ASCII.
///
/// No line begins with a dot, which SMTP would have to double, or with `From`, which mail folders mark.
struct QuotedPrintable {
    private static let width = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    private(set) var bytes: [UInt8] = []
    private var column = 0

    /// Line ends of any kind become CRLF; the last line has one too.
    init(_ text: String) {
        let text = Array(text.utf8)
        bytes.reserveCapacity(text.count + text.count / 8)
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
            append(line: text[start..<end])
            let isPair = end + 1 < text.count && text[end] == 0x0D && text[end + 1] == 0x0A
            start = end + (isPair ? 2 : 1)
        }
    }

    private mutating func append(line: ArraySlice<UInt8>) {
        for (index, byte) in zip(line.indices, line) {
            let isLast = index == line.endIndex - 1
            var isLiteral = self.isLiteral(line[index...])
            // The last column is kept for the sign that the line goes on.
            if column + (isLiteral ? 1 : 3) > (isLast ? Self.width : Self.width - 1) {
                bytes += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
                isLiteral = self.isLiteral(line[index...])
            }
            if isLiteral {
                bytes.append(byte)
                column += 1
            } else {
                bytes += [UInt8(ascii: "="), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 0xF)]]
                column += 3
            }
        }
        bytes += [0x0D, 0x0A]
        column = 0
    }

    /// Whether the first byte of what is left of a line may stand for itself.
    private func isLiteral(_ rest: ArraySlice<UInt8>) -> Bool {
        switch rest.first {
        case UInt8(ascii: "="), nil: false
        case UInt8(ascii: "."): column > 0
        case UInt8(ascii: "F"): column > 0 || !rest.starts(with: "From ".utf8)
        case 0x20, 0x09: rest.count > 1
        case .some(let byte): (0x21...0x7E).contains(byte)
        }
    }
}
