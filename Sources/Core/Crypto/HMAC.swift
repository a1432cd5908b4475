import CCrypto

/// HMAC with SHA-256: proves that whoever wrote a text knows a key.
package enum HMACSHA256 {
    /// The 32 bytes of the code; compare codes with `constantTimeEqual`.
    package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let made = unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        precondition(unsafe made != nil, "libcrypto offers no HMAC with SHA-256")
        return code
    }
}

/// HMAC with SHA-1, for codes of second factors alone: their apps know nothing else.
package enum HMACSHA1 {
    /// The 20 bytes of the code.
    package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 20)
        let made = unsafe HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, &code, nil)
        precondition(unsafe made != nil, "libcrypto offers no HMAC with SHA-1")
        return code
    }
}
