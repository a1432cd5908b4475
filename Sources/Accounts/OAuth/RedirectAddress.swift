/// Where an application may be sent back to: https, or http on the machine of the person (RFC 8252, 7.3).
struct RedirectAddress: Hashable, Codable, Sendable {
    let text: String

    /// `nil` for an address to which nobody is sent.
    init?(_ text: String) {
        guard OIDCAddress.isTrusted(text) else { return nil }
        self.text = text
    }

    init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// Whether `other` is this address to the letter; the port of a loopback address is chosen anew at each start.
    func admits(_ other: RedirectAddress) -> Bool {
        if text == other.text { return true }
        guard let own = withoutLoopbackPort, let others = other.withoutLoopbackPort else { return false }
        return own == others
    }

    private var withoutLoopbackPort: String? {
        guard text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let end = authority.hasPrefix("[") ? authority.lastIndex(of: "]") : nil
        guard let colon = authority[(end ?? authority.startIndex)...].firstIndex(of: ":") else { return text }
        let port = authority[authority.index(after: colon)...]
        guard UInt16(port).map({ $0 > 0 }) == true else { return nil }
        return "http://" + authority[..<colon] + rest.dropFirst(authority.count)
    }

    /// The address with what is told to the application.
    func adding(_ pairs: [(String, String)]) -> String {
        text + (text.contains("?") ? "&" : "?") + pairs.formEncoded
    }
}
