import Core
import FoundationEssentials

/// The secret that signs webhooks, known to both sides; written `whsec_` and base64.
package struct WebhookSecret: Sendable {
    private let bytes: [UInt8]

    private static let prefix = "whsec_"

    /// `nil` for a text that is no such secret.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(data.count)
        else { return nil }
        bytes = Array(data)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    package static func random() -> WebhookSecret { WebhookSecret(bytes: randomBytes(32)) }

    package var text: String { Self.prefix + Data(bytes).base64EncodedString() }

    package func signature(id: String, seconds: String, body: [UInt8]) -> String {
        let code = HMACSHA256.code(of: Array("\(id).\(seconds).".utf8) + body, key: bytes)
        return "v1," + Data(code).base64EncodedString()
    }
}
