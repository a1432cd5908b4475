package import Core

/// A value on its way into or out of a statement, in the words of the program rather than of an engine.
///
/// SQLite keeps a UUID as a 16-byte blob (half the size of its text in every index, and byte order is creation order), a
/// timestamp as integer microseconds since 1970, JSON as text and a boolean as 0 or 1.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    case uuid(UUIDv7)
    case timestamp(Timestamp)
    /// UTF-8 JSON.
    case json([UInt8])
    case boolean(Bool)
    /// For `= ANY($n)` and `<> ALL($n)` only; not for storing.
    case array([SQLValue])

    /// The value of anything storable; `nil` becomes `null`.
    package init(_ value: (some SQLConvertible)?) { self = value?.sqlValue ?? .null }

    /// A typed key.
    package static func id<Entity>(_ id: Identifier<Entity>) -> SQLValue { .uuid(id.uuid) }

    /// What kind of value it is, for messages: the value itself never appears in one.
    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "text"
        case .blob: "a blob"
        case .uuid: "a UUID"
        case .timestamp: "a timestamp"
        case .json: "JSON"
        case .boolean: "a boolean"
        case .array: "an array"
        }
    }
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}
