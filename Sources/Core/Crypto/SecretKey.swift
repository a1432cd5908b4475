import CSodium

/// A key of 256 bits made from a secret text with Argon2id, so that guessing the text is slow.
package struct SecretKey: Hashable, Sendable {
    let bytes: [UInt8]

    /// What making the key costs whoever has the secret, and whoever guesses.
    package struct Cost: Hashable, Sendable {
        package let passes: Int
        package let megabytes: Int

        package init(passes: Int, megabytes: Int) {
            self.passes = passes
            self.megabytes = megabytes
        }

        /// About a tenth of a second.
        package static let usual = Cost(passes: 3, megabytes: 64)
    }

    package static let saltSize = csodium_salt

    /// Random bytes that make equal secrets give different keys.
    package static func salt() -> [UInt8] { randomBytes(saltSize) }

    /// Blocks for a while; `nil` when there is not enough memory.
    package init?(secret: String, salt: [UInt8], cost: Cost) {
        precondition(salt.count == Self.saltSize && Sodium.isReady, "a salt has \(Self.saltSize) bytes")
        var key = [UInt8](repeating: 0, count: csodium_stream_key)
        let code = unsafe withSecretBytes(of: secret) { text, count in
            unsafe csodium_derive(
                &key,
                UInt64(key.count),
                text,
                count,
                salt,
                UInt64(cost.passes),
                cost.megabytes << 20
            )
        }
        guard code == 0 else { return nil }
        bytes = key
    }

    /// A name for something that tells nothing of it to whoever lacks the key.
    package func code(of message: [UInt8]) -> [UInt8] { HMACSHA256.code(of: message, key: bytes) }
}

enum Sodium {
    static let isReady = sodium_init() >= 0
}
