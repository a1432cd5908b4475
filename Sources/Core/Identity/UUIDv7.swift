import Synchronization

/// A time-ordered 128-bit identifier (RFC 9562, version 7): rows made later sort later, on every server.
package struct UUIDv7: Hashable, Sendable {
    /// The 128 bits, most significant first.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From 16 bytes, most significant first.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 16, "an identifier has 16 bytes")
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) } }
    }

    /// Makes an identifier for this moment; two made in one millisecond by one process still sort in order.
    package static func next(at now: Timestamp = .now()) -> UUIDv7 {
        let millisecond = UInt64(clamping: now.microseconds / 1_000)
        let sequence = last.withLock { last -> (millisecond: UInt64, counter: UInt64) in
            if millisecond > last.millisecond {
                last = (millisecond, UInt64.random(in: 0..<0x800))
            } else {
                last.counter += 1
                if last.counter > 0xFFF { last = (last.millisecond + 1, 0) }
            }
            return last
        }
        return UUIDv7(
            high: sequence.millisecond << 16 | 0x7000 | sequence.counter,
            low: UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    private static let last = Mutex<(millisecond: UInt64, counter: UInt64)>((0, 0))

    /// The moment the identifier was made, to the millisecond.
    package var timestamp: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1_000) }
}

extension UUIDv7: LosslessStringConvertible {
    /// Reads the canonical form `8-4-4-4-12`, in either case; `nil` for anything else.
    package init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard bytes.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = byte.hexadecimalDigit else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
            digits += 1
        }
        self.init(high: words.0, low: words.1)
    }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            text.append(UInt8(hexadecimalDigit: UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension UUIDv7: Comparable {
    package static func < (a: UUIDv7, b: UUIDv7) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension UUIDv7: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = try UUIDv7(container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
