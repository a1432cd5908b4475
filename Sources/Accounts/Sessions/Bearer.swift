import Core

/// A secret that somebody carries: the key of a row, and random bytes of which the row holds only a digest.
struct Bearer: Hashable, Sendable {
    let id: UUIDv7
    private let secret: [UInt8]
    private let prefix: String

    /// A new one; the prefix tells people and scanners of secrets what it is.
    init(_ prefix: String, id: UUIDv7) {
        self.prefix = prefix
        self.id = id
        secret = randomBytes(24)
    }

    /// `nil` for a text that is none of this kind.
    init?(_ text: some StringProtocol, prefix: String) {
        guard text.hasPrefix(prefix), text.utf8.count < 128 else { return nil }
        let parts = text.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = parts[0].hexadecimalBytes, id.count == 16,
            let secret = parts[1].base64URLBytes, secret.count == 24
        else { return nil }
        self.prefix = prefix
        self.id = UUIDv7(bytes: id)
        self.secret = secret
    }

    var text: String { prefix + id.bytes.hexadecimal + "." + secret.base64URL }

    /// 192 random bits need no slow hash.
    var digest: [UInt8] { SHA256(of: secret).bytes }

    func matches(_ digest: [UInt8]) -> Bool { constantTimeEqual(self.digest, digest) }
}
