import CSodium

/// A password as it is kept: an Argon2id text that names its own cost and salt.
package struct PasswordHash: Hashable, Sendable {
    package let text: String

    package init(text: String) { self.text = text }

    /// What hashing once costs: two passes over 19 MiB, some twentieths of a second of one core.
    private static let cost = (passes: UInt64(2), bytes: 19 << 20)

    /// Blocks for as long as the cost says; `nil` when there is not enough memory.
    package init?(of password: String) {
        precondition(Sodium.isReady, "libsodium cannot be used")
        var text = [CChar](repeating: 0, count: csodium_hash_text)
        let code = unsafe withSecretBytes(of: password) { bytes, count in
            unsafe crypto_pwhash_str(
                &text,
                bytes,
                count,
                Self.cost.passes,
                Self.cost.bytes
            )
        }
        guard code == 0 else { return nil }
        self.text = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Blocks as long as making it did; false also when there is not enough memory.
    package func matches(_ password: String) -> Bool {
        guard Sodium.isReady, text.utf8.count < csodium_hash_text else { return false }
        return unsafe withSecretBytes(of: password) { bytes, count in
            unsafe crypto_pwhash_str_verify(text, bytes, count) == 0
        }
    }

    /// Whether it was made with another cost than hashes are made with now.
    package var isOutdated: Bool {
        unsafe crypto_pwhash_str_needs_rehash(text, Self.cost.passes, Self.cost.bytes) != 0
    }
}

/// Lends the bytes of a secret to libsodium, which reads as many as it is told.
func withSecretBytes<Value>(of secret: String, _ body: (UnsafePointer<CChar>, UInt64) -> Value) -> Value {
    unsafe secret.withCString { unsafe body($0, UInt64(secret.utf8.count)) }
}
