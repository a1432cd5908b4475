import Core

/// Rows as bytes, the same for every engine: a tag for each value, then its content with big-endian numbers.
package enum RowCoding {
    private enum Tag: UInt8 { case null, integer, real, text, blob, uuid, timestamp, json, boolean }

    package static func encode(_ values: [SQLValue]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values { append(value, to: &bytes) }
        return bytes
    }

    /// With its length in front, to stand among others.
    package static func frame(_ values: [SQLValue]) -> [UInt8] {
        let bytes = encode(values)
        return UInt32(bytes.count).bigEndianBytes + bytes
    }

    private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(Tag.null.rawValue)
        case .integer(let number): append(.integer, number.bigEndianBytes, to: &bytes)
        // SQLite keeps no sign of a zero.
        case .real(let number):
            append(.real, Int64(bitPattern: (number == 0 ? 0 : number).bitPattern).bigEndianBytes, to: &bytes)
        case .text(let text): appendCounted(.text, Array(text.utf8), to: &bytes)
        case .blob(let content): appendCounted(.blob, content, to: &bytes)
        case .uuid(let id): append(.uuid, id.bytes, to: &bytes)
        case .timestamp(let moment): append(.timestamp, moment.microseconds.bigEndianBytes, to: &bytes)
        case .json(let content): appendCounted(.json, content, to: &bytes)
        case .boolean(let flag): append(.boolean, [flag ? 1 : 0], to: &bytes)
        case .array: preconditionFailure("an array is not stored in a column")
        }
    }

    private static func append(_ tag: Tag, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(tag.rawValue)
        bytes += content
    }

    private static func appendCounted(_ tag: Tag, _ content: [UInt8], to bytes: inout [UInt8]) {
        append(tag, UInt32(content.count).bigEndianBytes, to: &bytes)
        bytes += content
    }

    /// `nil` for bytes that are no such values.
    package static func decode(_ bytes: [UInt8]) -> [SQLValue]? {
        var rest = bytes[...]
        var values: [SQLValue] = []
        while let tag = rest.popFirst() {
            guard let tag = Tag(rawValue: tag), let value = value(tag, &rest) else { return nil }
            values.append(value)
        }
        return values
    }

    private static func value(_ tag: Tag, _ rest: inout ArraySlice<UInt8>) -> SQLValue? {
        switch tag {
        case .null: .null
        case .integer: Int64(bigEndian: take(8, &rest)).map { .integer($0) }
        case .real: Int64(bigEndian: take(8, &rest)).map { .real(Double(bitPattern: UInt64(bitPattern: $0))) }
        case .text: counted(&rest).flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) }
        case .blob: counted(&rest).map { .blob(Array($0)) }
        case .uuid: UUIDv7(sql: .blob(Array(take(16, &rest)))).map { .uuid($0) }
        case .timestamp: Int64(bigEndian: take(8, &rest)).map { .timestamp(Timestamp(microseconds: $0)) }
        case .json: counted(&rest).map { .json(Array($0)) }
        case .boolean: take(1, &rest).first.map { .boolean($0 != 0) }
        }
    }

    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func counted(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let count = UInt32(bigEndian: take(4, &rest)), count <= rest.count else { return nil }
        return take(Int(count), &rest)
    }
}
