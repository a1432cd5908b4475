import CSodium

/// Seals small secrets for the disk (XChaCha20-Poly1305): without the key they cannot be read, changed, or passed for another's.
package struct SealedBox: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 bytes.
    package init(key: [UInt8]) {
        precondition(key.count == csodium_box_key && Sodium.isReady, "a key has \(csodium_box_key) bytes")
        self.key = key
    }

    /// Seals a secret for the place it belongs to, such as a table, a column and a row's key, which opening asks for again.
    package func seal(_ secret: [UInt8], for place: String) -> [UInt8] {
        let nonce = randomBytes(csodium_box_nonce)
        let place = Array(place.utf8)
        var sealed = [UInt8](repeating: 0, count: secret.count + csodium_box_overhead)
        _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed,
            nil,
            secret,
            UInt64(secret.count),
            place,
            UInt64(place.count),
            nil,
            nonce,
            key
        )  // never fails
        return nonce + sealed
    }

    /// `nil` when the key or the place is another one, or anything was changed.
    package func open(_ sealed: [UInt8], for place: String) -> [UInt8]? {
        guard sealed.count >= csodium_box_nonce + csodium_box_overhead else { return nil }
        let body = Array(sealed.dropFirst(csodium_box_nonce))
        let place = Array(place.utf8)
        var secret = [UInt8](repeating: 0, count: body.count - csodium_box_overhead)
        let code = unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
            &secret,
            nil,
            nil,
            body,
            UInt64(body.count),
            place,
            UInt64(place.count),
            Array(sealed.prefix(csodium_box_nonce)),
            key
        )
        return code == 0 ? secret : nil
    }
}
