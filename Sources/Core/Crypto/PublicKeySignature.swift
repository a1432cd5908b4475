import CCrypto

/// Somebody else's key that shows who signed a text: RSA with RS256, or P-256 with ES256 (RFC 7518, 3.3 and 3.4).
package enum SignatureKey: Hashable, Sendable {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case p256(x: [UInt8], y: [UInt8])

    /// Whether whoever has the other half of the key signed exactly this message.
    ///
    /// A key that is too weak or none at all signed nothing.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let signature = encoded(signature), let key = unsafe publicKey() else { return false }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        let isGood = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A wrong signature leaves a line in the thread's list of errors.
        ERR_clear_error()
        return isGood
    }

    /// Shorter ones can be broken, longer ones only cost time.
    private static let modulusSizes = 256...1_024
    private static let longestExponent = 8
    private static let coordinateSize = 32

    /// The signature as libcrypto takes it; `nil` when it cannot be one of this key.
    private func encoded(_ signature: [UInt8]) -> [UInt8]? {
        switch self {
        case .rsa(let modulus, _):
            return signature.count == modulus.drop { $0 == 0 }.count ? signature : nil
        case .p256:
            guard signature.count == 2 * Self.coordinateSize else { return nil }
            let halves = (signature.prefix(Self.coordinateSize), signature.suffix(Self.coordinateSize))
            return DER.sequence(DER.integer(Array(halves.0)), DER.integer(Array(halves.1)))
        }
    }

    private func publicKey() -> OpaquePointer? {
        guard let description else { return nil }
        return unsafe description.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            guard let key = unsafe d2i_PUBKEY(nil, &place, bytes.count) else {
                ERR_clear_error()
                return nil
            }
            return unsafe key
        }
    }

    /// The key as SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
    private var description: [UInt8]? {
        switch self {
        case .rsa(let modulus, let exponent):
            let digits = modulus.drop { $0 == 0 }
            guard Self.modulusSizes.contains(digits.count), digits.first.map({ $0 >= 0x80 }) == true,
                (1...Self.longestExponent).contains(exponent.count), exponent.last.map({ $0 & 1 == 1 }) == true,
                exponent != [1]
            else { return nil }
            return DER.sequence(
                DER.sequence(Self.rsaEncryption),
                DER.bits(DER.sequence(DER.integer(modulus), DER.integer(exponent)))
            )
        case .p256(let x, let y):
            guard x.count == Self.coordinateSize, y.count == Self.coordinateSize else { return nil }
            return DER.sequence(DER.sequence(Self.p256Curve), DER.bits([4] + x + y))
        }
    }

    /// 1.2.840.113549.1.1.1 and NULL.
    private static let rsaEncryption: [UInt8] = [
        0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]
    /// 1.2.840.10045.2.1 and 1.2.840.10045.3.1.7.
    private static let p256Curve: [UInt8] = [
        0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01,
        0x07,
    ]
}
