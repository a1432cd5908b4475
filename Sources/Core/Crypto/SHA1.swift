import CCrypto

/// SHA-1, for protocols that demand it (the WebSocket handshake); it protects nothing.
package enum SHA1 {
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        _ = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha1(), nil)
        return digest
    }
}
