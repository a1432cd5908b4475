internal import Glibc

/// Follows a head through the memory in which libmicrohttpd took it apart, where tokens lie one after another.
///
/// The library lets pass what two servers in a row would read differently: a NUL cuts a text short, and a folded line is
/// glued to the name of its field. Both leave something between two tokens, or move one away, and show here.
@safe struct HeadLayout {
    private let start: UnsafePointer<CChar>
    private var end: UnsafePointer<CChar>
    /// Whether nothing but the expected marks lay between the tokens so far.
    private(set) var isPlain = true

    init(method: UnsafePointer<CChar>) {
        unsafe start = method
        unsafe end = method + strlen(method)
    }

    /// A token of the request line, one space after the one before.
    mutating func follow(_ token: UnsafePointer<CChar>, count: Int) {
        unsafe step(to: token, count, marks: 1)
    }

    /// A header field on a line of its own.
    mutating func follow(
        name: UnsafePointer<CChar>,
        _ nameCount: Int,
        value: UnsafePointer<CChar>?,
        _ valueCount: Int
    ) {
        unsafe step(to: name, nameCount, marks: 2)
        guard let value = unsafe value else { return isPlain = false }
        // The colon, then blanks.
        unsafe step(to: value, valueCount, marks: 1)
    }

    /// The empty line that ends a head of `size` bytes.
    mutating func finish(size: Int) {
        unsafe step(to: start + size, 0, marks: 4)
    }

    /// Between two tokens lie `marks` bytes that the library made zero, and blanks.
    private mutating func step(to token: UnsafePointer<CChar>, _ count: Int, marks: Int) {
        // A head is bounded, so a token elsewhere is none of this memory.
        guard isPlain, unsafe token >= end, unsafe token - end < 1 << 17 else { return isPlain = false }
        var zeros = 0
        for offset in 0..<(unsafe token - end) {
            switch unsafe end[offset] {
            case 0: zeros += 1
            case 0x20, 0x09: break
            default: isPlain = false
            }
        }
        if zeros != marks { isPlain = false }
        unsafe end = token + count
    }
}
