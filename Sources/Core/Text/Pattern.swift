import CPCRE2

/// A regular expression that people write (PCRE); a match ends after a bounded number of steps, whatever the expression is.
package final class Pattern: Sendable {
    /// As it was written.
    package let source: String
    /// Its named groups.
    package let names: Set<String>
    /// The compiled expression as a number, because pointers are not `Sendable`; nothing changes it any more.
    private let address: UInt
    private let groups: [(name: String, number: Int)]

    package static let longestSource = 500
    /// Of a text, in bytes; what is longer is searched at its beginning.
    package static let longestText = 4_096
    private static let steps: UInt32 = 200_000
    private static let kilobytes: UInt32 = 1_024
    private static let patience = Duration.milliseconds(500)

    /// - Throws: `PatternFault` with the place and the reason.
    package init(_ source: String) throws(PatternFault) {
        guard source.utf8.count <= Self.longestSource else {
            throw PatternFault(reason: "is longer than \(Self.longestSource) characters")
        }
        var number: Int32 = 0
        var offset = 0
        let bytes = Array(source.utf8)
        let options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY
        guard let code = unsafe pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
            throw PatternFault(reason: "\(Self.message(number)), at character \(offset)")
        }
        self.source = source
        address = UInt(bitPattern: code)
        groups = unsafe Self.groups(of: code)
        names = Set(groups.map(\.name))
    }

    deinit { unsafe pcre2_code_free_8(OpaquePointer(bitPattern: address)) }

    /// What its named groups matched, but for groups that took no part; `nil` when the text does not match.
    ///
    /// - Throws: `PatternFault` when it takes too many steps to know.
    package func match(_ text: String) throws(PatternFault) -> [String: String]? {
        guard let code = unsafe OpaquePointer(bitPattern: address) else { return nil }
        let bytes = Array(String(decoding: text.utf8.prefix(Self.longestText), as: UTF8.self).utf8)
        guard let data = unsafe pcre2_match_data_create_from_pattern_8(code, nil),
            let context = unsafe pcre2_match_context_create_8(nil)
        else { throw PatternFault(reason: "needs memory that is not there") }
        defer {
            unsafe pcre2_match_data_free_8(data)
            unsafe pcre2_match_context_free_8(context)
        }
        _ = unsafe pcre2_set_match_limit_8(context, Self.steps)
        _ = unsafe pcre2_set_heap_limit_8(context, Self.kilobytes)
        // The limit of steps holds for each place where a match may begin; the deadline for all of them.
        let end = ContinuousClock.now + Self.patience
        var count = PCRE2_ERROR_NOMATCH
        for start in 0...bytes.count where start == bytes.count || bytes[start] & 0xC0 != 0x80 {
            count = unsafe pcre2_match_8(code, bytes, bytes.count, start, PCRE2_ANCHORED, data, context)
            if count != PCRE2_ERROR_NOMATCH { break }
            guard ContinuousClock.now < end else { throw PatternFault(reason: "takes too long: make it simpler") }
        }
        if count == PCRE2_ERROR_NOMATCH { return nil }
        guard count > 0, let places = unsafe pcre2_get_ovector_pointer_8(data) else {
            throw PatternFault(reason: "takes too many steps: make it simpler")
        }
        var found: [String: String] = [:]
        for (name, number) in groups where number < Int(count) {
            let (start, end) = unsafe (places[2 * number], places[2 * number + 1])
            guard start <= end, end <= bytes.count else { continue }
            found[name] = String(decoding: bytes[start..<end], as: UTF8.self)
        }
        return found
    }

    private static func groups(of code: OpaquePointer) -> [(name: String, number: Int)] {
        var count: UInt32 = 0
        var size: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        _ = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        _ = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        _ = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table = unsafe table else { return [] }
        let bytes = unsafe Array(UnsafeBufferPointer(start: table, count: Int(count * size)))
        return (0..<Int(count)).map { index in
            let entry = bytes[index * Int(size)..<(index + 1) * Int(size)]
            let number = Int(entry[entry.startIndex]) << 8 | Int(entry[entry.startIndex + 1])
            return (String(decoding: entry.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self), number)
        }
    }

    private static func message(_ number: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        _ = unsafe pcre2_get_error_message_8(number, &bytes, bytes.count)
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// Why a regular expression cannot be used, in words that follow its name.
package struct PatternFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }
}
