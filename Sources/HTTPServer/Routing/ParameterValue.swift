package import Core

/// A type that a parameter of a path, a query or a header may have.
package protocol ParameterValue: Sendable {
    /// Reads the text of one parameter; `nil` when it does not fit.
    static func read(_ text: String) -> Self?
    /// What the text must be, to complete "is not …": `a number`.
    static var expectation: String { get }
    static var parameterSchema: Schema { get }
    var parameterText: JSONValue { get }
}

extension Int: ParameterValue {
    package static func read(_ text: String) -> Int? { Int(text) }
    package static var expectation: String { "a whole number" }
    package static var parameterSchema: Schema { .integer() }
    package var parameterText: JSONValue { .int(self) }
}

extension Double: ParameterValue {
    /// Finite numbers in decimal notation; `NaN`, infinities and hexadecimal forms are refused.
    package static func read(_ text: String) -> Double? {
        guard text.utf8.count <= 64, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
            let number = Double(text), number.isFinite
        else { return nil }
        return number
    }
    package static var expectation: String { "a number" }
    package static var parameterSchema: Schema { .number() }
    package var parameterText: JSONValue { .number(self) }
}

extension Bool: ParameterValue {
    package static func read(_ text: String) -> Bool? {
        switch text.asciiLowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: nil
        }
    }
    package static var expectation: String { "true or false" }
    package static var parameterSchema: Schema { .boolean }
    package var parameterText: JSONValue { .bool(self) }
}

extension String: ParameterValue {
    /// Longer texts are no parameters.
    package static let longestParameter = 1_000
    package static func read(_ text: String) -> String? {
        text.unicodeScalars.count <= longestParameter ? text : nil
    }
    package static var expectation: String { "a text of at most \(longestParameter) characters" }
    package static var parameterSchema: Schema { .string(maxLength: longestParameter) }
    package var parameterText: JSONValue { .string(self) }
}

extension Timestamp: ParameterValue {
    package static func read(_ text: String) -> Timestamp? { Timestamp(text) }
    package static var expectation: String { "a time with an offset, such as 2026-05-14T09:12:00Z" }
    package static var parameterSchema: Schema { .string(format: "date-time") }
    package var parameterText: JSONValue { .string(description) }
}

extension UUIDv7: ParameterValue {
    package static func read(_ text: String) -> UUIDv7? { UUIDv7(text) }
    package static var expectation: String { "an identifier" }
    package static var parameterSchema: Schema { .string(format: "uuid") }
    package var parameterText: JSONValue { .string(description) }
}

extension Identifier: ParameterValue {
    package static func read(_ text: String) -> Identifier? { Identifier(text) }
    package static var expectation: String { UUIDv7.expectation }
    package static var parameterSchema: Schema { UUIDv7.parameterSchema }
    package var parameterText: JSONValue { .string(description) }
}

/// Enumerations take their raw values in either case.
extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package static func read(_ text: String) -> Self? {
        let wanted = text.asciiLowercased()
        return allCases.first { $0.rawValue.asciiLowercased() == wanted }
    }
    package static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
    package static var parameterSchema: Schema { .choice(allCases.map(\.rawValue)) }
    package var parameterText: JSONValue { .string(rawValue) }
}
