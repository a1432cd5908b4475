extension StringProtocol {
    /// The text with every byte but the unreserved ones (RFC 3986) escaped.
    package func percentEncoded() -> String {
        var encoded: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 0xF] {
                    encoded.append(UInt8(hexadecimalDigit: digit).uppercasedHexadecimal)
                }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The text with its escapes resolved; `nil` when one is incomplete or the result is not UTF-8.
    package func percentDecoded() -> String? {
        Array(utf8)[...].percentDecoded().flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes with their percent escapes resolved; `nil` when one is incomplete.
    package func percentDecoded(plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(count)
        var index = startIndex
        while index < endIndex {
            let byte = self[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < endIndex, let high = self[index].hexadecimalDigit,
                    let low = self[index + 1].hexadecimalDigit
                else { return nil }
                decoded.append(high << 4 | low)
                index += 2
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return decoded
    }
}

extension UInt8 {
    private static let lowercaseToUppercase: UInt8 = 0x20
    fileprivate var uppercasedHexadecimal: UInt8 { self >= 0x61 ? self - Self.lowercaseToUppercase : self }
}
