import FoundationEssentials

extension Sequence<UInt8> {
    /// The bytes as base64 for addresses (RFC 4648, 5), without padding.
    package var base64URL: String {
        let standard = Data(self).base64EncodedString()
        return String(decoding: standard.utf8.compactMap(\.forAddress), as: UTF8.self)
    }
}

extension StringProtocol {
    /// The bytes of a base64url text without padding; `nil` for any other text.
    package var base64URLBytes: [UInt8]? {
        guard utf8.allSatisfy(\.isBase64URL) else { return nil }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: Data(utf8.map(\.fromAddress) + padding)) else { return nil }
        // One text for each value: bits that the last letter has too many would make others.
        return data.base64URL == self ? Array(data) : nil
    }
}

extension UInt8 {
    /// The letter of standard base64 as addresses have it; `nil` for padding.
    fileprivate var forAddress: UInt8? {
        switch self {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: self
        }
    }

    fileprivate var fromAddress: UInt8 {
        switch self {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: self
        }
    }

    fileprivate var isBase64URL: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
