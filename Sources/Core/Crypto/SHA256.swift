import CCrypto

/// A SHA-256 digest: the name of a picture, a model file or an object.
package struct SHA256: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// The digest of `content`.
    package init(of content: some Collection<UInt8>) {
        var hasher = Hasher()
        hasher.update(content)
        self = hasher.finalize()
    }

    /// Reads 64 hexadecimal digits; `nil` for anything else.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 64, let bytes = text.hexadecimalBytes else { return nil }
        self.bytes = bytes
    }

    /// A digest that was stored; `nil` unless it has 32 bytes.
    package init?(stored bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { bytes.hexadecimal }

    /// Digests content that arrives in pieces.
    @safe package struct Hasher: ~Copyable {
        private let context: OpaquePointer

        package init() {
            guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory for a digest") }
            unsafe self.context = context
            let started = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
            precondition(started == 1, "libcrypto offers no SHA-256")
        }

        deinit { unsafe EVP_MD_CTX_free(context) }

        package mutating func update(_ content: some Collection<UInt8>) {
            let updated: Void? = content.withContiguousStorageIfAvailable { buffer in
                _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            }
            if updated == nil { update(Array(content)) }
        }

        package mutating func finalize() -> SHA256 {
            var digest = [UInt8](repeating: 0, count: 32)
            _ = unsafe EVP_DigestFinal_ex(context, &digest, nil)
            return SHA256(bytes: digest)
        }
    }
}
