package import Core

/// Makes and checks addresses under which an object may be read for a while by whoever has them.
///
/// A link is `PATH/KEY?expires=SECONDS&signature=HEX`; the signature covers key and time, so neither can be changed.
package struct ObjectLinks: Sendable {
    /// Where the server answers links.
    package static let path = "/objects"
    package static let shortestKey = 32

    private let key: [UInt8]
    private let clock: WallClock

    /// - Precondition: the key has at least `shortestKey` bytes.
    package init(key: [UInt8], clock: WallClock = .system) {
        precondition(key.count >= Self.shortestKey, "a key for links needs \(Self.shortestKey) bytes")
        self.key = key
        self.clock = clock
    }

    /// The target of a link to the object, valid until `lifetime` from now, to the second.
    package func target(for object: ObjectKey, lifetime: Duration) -> String {
        let end = clock.now() + lifetime
        let expires = (end.microseconds + 999_999) / 1_000_000
        return "\(Self.path)/\(object)?expires=\(expires)&signature=\(code(object, expires).hexadecimal)"
    }

    /// What a link says about itself.
    package enum Verdict: Hashable, Sendable {
        case valid(remaining: Duration)
        /// It was valid once.
        case expired
        /// It was not made here, or has been changed.
        case forged
    }

    /// Checks a link; how long that takes says nothing about the right signature.
    package func verdict(on object: ObjectKey, expires: Int64, signature: String) -> Verdict {
        guard let given = SHA256(hexadecimal: signature)?.bytes, constantTimeEqual(given, code(object, expires)) else {
            return .forged
        }
        let now = clock.now().microseconds
        let (end, isTooLate) = expires.multipliedReportingOverflow(by: 1_000_000)
        guard !isTooLate, end > now else { return .expired }
        return .valid(remaining: .microseconds(end - now))
    }

    private func code(_ object: ObjectKey, _ expires: Int64) -> [UInt8] {
        HMACSHA256.code(of: Array("hedgerow-object-link\n\(object)\n\(expires)".utf8), key: key)
    }
}
