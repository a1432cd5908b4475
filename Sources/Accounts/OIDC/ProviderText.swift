import HTTPServer

/// What a provider adds to the address that it sends a browser to; some write codes of two thousand letters.
struct ProviderText: ParameterValue {
    let text: String

    static let longest = 4_000
    static func read(_ text: String) -> ProviderText? { text.utf8.count <= longest ? ProviderText(text: text) : nil }
    static let expectation = "a text of at most \(longest) bytes"
    static let parameterSchema = Schema.string(maxLength: longest)
    var parameterText: JSONValue { .string(text) }
}
