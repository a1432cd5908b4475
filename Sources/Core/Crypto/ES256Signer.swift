import CCrypto

/// A private key of ours on P-256 that signs with ES256, for those who want us to prove ourselves with one.
package struct ES256Signer: Sendable {
    private let pem: [UInt8]

    /// `nil` for a text that holds no such key.
    package init?(pem: String) {
        self.pem = Array(pem.utf8)
        guard let key = unsafe Self.key(self.pem) else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe EVP_PKEY_is_a(key, "EC") == 1, unsafe EVP_PKEY_get_bits(key) == 256 else { return nil }
    }

    /// The 64 bytes of a signature as tokens have it (RFC 7518, 3.4).
    package func sign(_ message: [UInt8]) -> [UInt8]? {
        guard let key = unsafe Self.key(pem), let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer {
            unsafe EVP_MD_CTX_free(context)
            unsafe EVP_PKEY_free(key)
        }
        var encoded = [UInt8](repeating: 0, count: 128)
        var count = encoded.count
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &encoded, &count, message, message.count) == 1
        else { return nil }
        return unsafe encoded.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            guard let signature = unsafe d2i_ECDSA_SIG(nil, &place, count) else { return nil }
            defer { unsafe ECDSA_SIG_free(signature) }
            var (r, s) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
            guard unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), &r, 32) == 32,
                unsafe BN_bn2binpad(ECDSA_SIG_get0_s(signature), &s, 32) == 32
            else { return nil }
            return r + s
        }
    }

    private static func key(_ pem: [UInt8]) -> OpaquePointer? {
        guard let memory = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else { return nil }
        defer { unsafe BIO_free(memory) }
        // Without a callback libcrypto would ask for a passphrase at the terminal.
        return unsafe PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in 0 }, nil)
    }
}
