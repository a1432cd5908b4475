import Core

/// Codes that change with time (RFC 6238): six digits of HMAC-SHA-1 every thirty seconds, as all apps for them expect.
struct TOTP: Hashable, Sendable {
    let secret: [UInt8]

    private static let step: Int64 = 30
    private static let digits = 6

    init(secret: [UInt8]) { self.secret = secret }

    static func random() -> TOTP { TOTP(secret: randomBytes(20)) }

    /// The step that a code belongs to, if it is one of now or of a step beside; each step counts once, so that a code that
    /// was seen over a shoulder is worth nothing.
    func step(of code: String, at now: Timestamp, after last: Int64?) -> Int64? {
        let current = now.microseconds / 1_000_000 / Self.step
        let given = Array(code.utf8)
        // All are compared, whichever fits.
        let fitting = (current - 1...current + 1).filter { constantTimeEqual(Array(self.code(at: $0).utf8), given) }
        return fitting.first { step in last.map { step > $0 } ?? true }
    }

    func code(at step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> Int64(56 - $0 * 8)) }
        let code = HMACSHA1.code(of: counter, key: secret)
        let offset = Int(code[19] & 0xF)
        let number = code[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = "\(number % 1_000_000)"
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// What an app reads from a QR code.
    func address(for name: String, issuer: String = "Hedgerow") -> String {
        "otpauth://totp/\(issuer.percentEncoded()):\(name.percentEncoded())?secret=\(base32)"
            + "&issuer=\(issuer.percentEncoded())&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.step)"
    }

    /// The secret as somebody types it (RFC 4648, 6), without padding.
    var base32: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var text: [UInt8] = []
        var bits = 0
        var rest: UInt32 = 0
        for byte in secret {
            rest = rest << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[Int(rest >> UInt32(bits) & 31)])
            }
        }
        if bits > 0 { text.append(letters[Int(rest << UInt32(5 - bits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
