/// Reads numbers and text from untrusted bytes; every access past the end gives `nil`.
struct ByteView {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
    private init(slice: ArraySlice<UInt8>) { bytes = slice }

    var count: Int { bytes.count }

    /// `nil` unless the whole range lies inside.
    func slice(at offset: Int, count: Int) -> ByteView? {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
        let start = bytes.startIndex + offset
        return ByteView(slice: bytes[start..<start + count])
    }

    /// What follows `offset`, empty when there is nothing.
    func suffix(from offset: Int) -> ByteView { ByteView(slice: bytes.dropFirst(max(0, offset))) }

    func u8(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < count else { return nil }
        return bytes[bytes.startIndex + offset]
    }

    func u16(at offset: Int, littleEndian: Bool = false) -> UInt16? {
        guard let first = u8(at: offset), let second = u8(at: offset + 1) else { return nil }
        return littleEndian
            ? UInt16(second) << 8 | UInt16(first)
            : UInt16(first) << 8 | UInt16(second)
    }

    func u24(at offset: Int) -> UInt32? {
        guard let low = u16(at: offset, littleEndian: true), let high = u8(at: offset + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    func u32(at offset: Int, littleEndian: Bool = false) -> UInt32? {
        guard let first = u16(at: offset, littleEndian: littleEndian),
            let second = u16(at: offset + 2, littleEndian: littleEndian)
        else { return nil }
        return littleEndian
            ? UInt32(second) << 16 | UInt32(first)
            : UInt32(first) << 16 | UInt32(second)
    }

    func starts(with prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }

    func hasText(_ text: StaticString, at offset: Int) -> Bool {
        self.text(at: offset, count: text.utf8CodeUnitCount) == "\(text)"
    }

    /// ASCII text; `nil` when a byte is not ASCII.
    func text(at offset: Int, count: Int) -> String? {
        guard let part = slice(at: offset, count: count), part.bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        return String(decoding: part.bytes, as: UTF8.self)
    }

    func array() -> [UInt8] { Array(bytes) }

    /// The bytes for a C library, which must not keep the pointer.
    func withUnsafeBytes<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        unsafe bytes.withUnsafeBufferPointer { unsafe body($0) }
    }
}
