extension UInt8 {
    /// The value of an ASCII hexadecimal digit in either case; `nil` for any other byte.
    package var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The ASCII digit `0`…`f` for a value below 16.
    package init(hexadecimalDigit value: UInt8) {
        self = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension StringProtocol {
    /// The bytes that this hexadecimal text in either case stands for; `nil` for any other text.
    package var hexadecimalBytes: [UInt8]? {
        let digits = utf8.compactMap(\.hexadecimalDigit)
        guard digits.count == utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal text.
    package var hexadecimal: String {
        String(
            decoding: flatMap { [UInt8(hexadecimalDigit: $0 >> 4), UInt8(hexadecimalDigit: $0 & 0xF)] },
            as: UTF8.self
        )
    }
}
