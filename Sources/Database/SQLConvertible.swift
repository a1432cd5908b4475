package import Core

/// A type that a column can hold.
package protocol SQLConvertible: Sendable {
    /// What a message calls it, such as "a timestamp".
    static var sqlKind: String { get }
    var sqlValue: SQLValue { get }
    /// `nil` when the value is of another kind or out of range.
    init?(sql value: SQLValue)
}

extension Int64: SQLConvertible {
    package static var sqlKind: String { "an integer" }
    package var sqlValue: SQLValue { .integer(self) }
    package init?(sql value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
}

extension Int: SQLConvertible {
    package static var sqlKind: String { "an integer" }
    package var sqlValue: SQLValue { .integer(Int64(self)) }
    package init?(sql value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self.init(exactly: number)
    }
}

extension Double: SQLConvertible {
    package static var sqlKind: String { "a number" }
    package var sqlValue: SQLValue { .real(self) }
    package init?(sql value: SQLValue) {
        switch value {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension String: SQLConvertible {
    package static var sqlKind: String { "text" }
    package var sqlValue: SQLValue { .text(self) }
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
}

extension Bool: SQLConvertible {
    package static var sqlKind: String { "a boolean" }
    package var sqlValue: SQLValue { .boolean(self) }
    package init?(sql value: SQLValue) {
        switch value {
        case .boolean(let flag): self = flag
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension [UInt8]: SQLConvertible {
    package static var sqlKind: String { "a blob" }
    package var sqlValue: SQLValue { .blob(self) }
    /// JSON and text come as their UTF-8 bytes.
    package init?(sql value: SQLValue) {
        switch value {
        case .blob(let bytes), .json(let bytes): self = bytes
        case .text(let text): self = Array(text.utf8)
        default: return nil
        }
    }
}

extension Timestamp: SQLConvertible {
    package static var sqlKind: String { "a timestamp" }
    package var sqlValue: SQLValue { .timestamp(self) }
    package init?(sql value: SQLValue) {
        switch value {
        case .timestamp(let moment): self = moment
        case .integer(let microseconds): self.init(microseconds: microseconds)
        default: return nil
        }
    }
}

extension UUIDv7: SQLConvertible {
    package static var sqlKind: String { "a UUID" }
    package var sqlValue: SQLValue { .uuid(self) }
    package init?(sql value: SQLValue) {
        switch value {
        case .uuid(let id): self = id
        case .blob(let bytes) where bytes.count == 16: self.init(bytes: bytes)
        default: return nil
        }
    }
}

extension Identifier: SQLConvertible {
    package static var sqlKind: String { "a UUID" }
    package var sqlValue: SQLValue { .uuid(uuid) }
    package init?(sql value: SQLValue) {
        guard let uuid = UUIDv7(sql: value) else { return nil }
        self.init(uuid)
    }
}
