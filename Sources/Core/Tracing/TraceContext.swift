/// Where a piece of work stands in a distributed trace (W3C Trace Context, level 1).
package struct TraceContext: Hashable, Sendable {
    /// The whole trace: 16 bytes, not all zero.
    package let trace: [UInt8]
    /// This span: 8 bytes, not all zero.
    package let span: [UInt8]
    package let isSampled: Bool

    /// A trace that begins here.
    package static func root(isSampled: Bool = true) -> TraceContext {
        TraceContext(trace: randomBytes(16), span: randomBytes(8), isSampled: isSampled)
    }

    /// A span below this one.
    package func child() -> TraceContext {
        TraceContext(trace: trace, span: Self.randomBytes(8), isSampled: isSampled)
    }

    private init(trace: [UInt8], span: [UInt8], isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { index in index == 0 ? UInt8.random(in: 1...255) : UInt8.random(in: 0...255) }
    }
}

extension TraceContext: LosslessStringConvertible {
    /// Reads a `traceparent` header; `nil` when it is not one, so that a new trace begins.
    package init?(_ header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard parts.count >= 4, parts[0].count == 2, parts[0] != Array("ff".utf8),
            parts[0] != Array("00".utf8) || parts.count == 4,
            let version = Self.bytes(parts[0], 1), version.count == 1,
            let trace = Self.bytes(parts[1], 16), trace.contains(where: { $0 != 0 }),
            let span = Self.bytes(parts[2], 8), span.contains(where: { $0 != 0 }),
            let flags = Self.bytes(parts[3], 1)
        else { return nil }
        self.init(trace: trace, span: span, isSampled: flags[0] & 1 == 1)
    }

    /// The `traceparent` header for the next hop.
    package var description: String { "00-\(trace.hexadecimal)-\(span.hexadecimal)-\(isSampled ? "01" : "00")" }

    private static func bytes(_ text: [UInt8], _ count: Int) -> [UInt8]? {
        guard text.count == count * 2, text.allSatisfy({ !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) })
        else { return nil }
        let digits = text.compactMap(\.hexadecimalDigit)
        guard digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
