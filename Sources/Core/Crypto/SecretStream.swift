import CSodium

/// Encrypts content chunk by chunk (XChaCha20-Poly1305): nobody without the key can read it, and no change, swap or cut goes
/// unnoticed.
@safe package struct SecretStreamWriter: ~Copyable {
    /// What the reader needs before the first chunk.
    package let header: [UInt8]
    private var state = crypto_secretstream_xchacha20poly1305_state()

    /// How much longer a chunk gets.
    package static let overhead = csodium_stream_overhead

    package init(key: SecretKey) {
        precondition(Sodium.isReady, "libsodium cannot be used")
        var header = [UInt8](repeating: 0, count: SecretStreamReader.headerSize)
        _ = unsafe crypto_secretstream_xchacha20poly1305_init_push(&state, &header, key.bytes)  // never fails
        self.header = header
    }

    package mutating func seal(_ chunk: [UInt8], isLast: Bool) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: chunk.count + Self.overhead)
        let tag = csodium_tag(isLast ? 1 : 0)
        let code = unsafe crypto_secretstream_xchacha20poly1305_push(
            &state,
            &sealed,
            nil,
            chunk,
            UInt64(chunk.count),
            nil,
            0,
            tag
        )
        precondition(code == 0, "a chunk is too large to be sealed")
        return sealed
    }
}

/// Decrypts what `SecretStreamWriter` wrote.
@safe package struct SecretStreamReader: ~Copyable {
    private var state = crypto_secretstream_xchacha20poly1305_state()

    package static let headerSize = csodium_stream_header

    /// `nil` for a header that is none.
    package init?(key: SecretKey, header: [UInt8]) {
        guard header.count == Self.headerSize, Sodium.isReady,
            unsafe crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key.bytes) == 0
        else { return nil }
    }

    /// `nil` when the key is another one, or anything was changed.
    package mutating func open(_ chunk: [UInt8]) -> (content: [UInt8], isLast: Bool)? {
        guard chunk.count >= SecretStreamWriter.overhead else { return nil }
        var content = [UInt8](repeating: 0, count: chunk.count - SecretStreamWriter.overhead)
        var tag: UInt8 = 0
        let code = unsafe crypto_secretstream_xchacha20poly1305_pull(
            &state,
            &content,
            nil,
            &tag,
            chunk,
            UInt64(chunk.count),
            nil,
            0
        )
        return code == 0 ? (content, tag == csodium_tag(1)) : nil
    }
}
