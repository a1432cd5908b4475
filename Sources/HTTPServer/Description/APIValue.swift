package import Core

/// A value of the public interface; its schema is derived from its own decoding, so that the two cannot drift apart.
package protocol APIValue: Codable, Sendable {
    /// What properties mean, by their Swift names; shown in the OpenAPI description.
    static var notes: [String: String] { get }
}

extension APIValue {
    package static var notes: [String: String] { [:] }
}

extension Array: APIValue where Element: APIValue {}
extension Optional: APIValue where Wrapped: APIValue {}
extension Dictionary: APIValue where Key == String, Value: APIValue {}
extension String: APIValue {}
extension Int: APIValue {}
extension Int64: APIValue {}
extension Double: APIValue {}
extension Bool: APIValue {}
extension Timestamp: APIValue {}
extension UUIDv7: APIValue {}
extension Identifier: APIValue {}

/// A type that says itself how it looks in JSON, because its decoding does not show it.
package protocol SchemaDescribing {
    static var schema: Schema { get }
    /// Any value; probing needs one.
    static var sample: Self { get }
}

extension Timestamp: SchemaDescribing {
    package static var schema: Schema { .string(format: "date-time") }
    package static var sample: Timestamp { Timestamp(microseconds: 0) }
}

extension UUIDv7: SchemaDescribing {
    package static var schema: Schema { .string(format: "uuid") }
    package static var sample: UUIDv7 { UUIDv7(high: 0, low: 0) }
}

extension Identifier: SchemaDescribing {
    package static var schema: Schema { .string(format: "uuid") }
    package static var sample: Identifier { Identifier(.sample) }
}
