import HTTPServer

/// A code as providers add it to the address that they send a browser to: some write two thousand letters.
struct ProviderText: ParameterValue {
    let text: String

    static let longest = 4_000
    static func read(_ text: String) -> ProviderText? { text.utf8.count <= longest ? ProviderText(text: text) : nil }
    static let expectation = "a text of at most \(longest) bytes"
    static let parameterSchema = Schema.string(maxLength: longest)
    var parameterText: JSONValue { .string(text) }
}
