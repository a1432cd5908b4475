package import Core

/// One request whose head has been read, matched and checked.
package struct Request: Sendable {
    package let method: Method
    package let target: Target
    package let headers: Headers
    /// The name of this request in logs and answers (`X-Request-Id`).
    package let id: String
    package let trace: TraceContext?
    /// Who connected, or who a trusted proxy says did.
    package let client: ClientAddress
    /// Whether it comes from this machine itself: not through a proxy on it either.
    package let isLocal: Bool
    /// Whether the client speaks TLS, to us or to a trusted proxy.
    package let isSecure: Bool
    package let route: Route
    /// What the client gave as credentials, once the gatekeeper knew them.
    package internal(set) var principal: (any Principal)?
    package internal(set) var body: RequestBody

    var values: [ParameterKey: any Sendable] = [:]
    /// The body, when the route collects it before the handler runs.
    var collected: [UInt8] = []

    /// The checked value of a parameter that the route declares.
    package subscript<Value>(_ parameter: Parameter<Value>) -> Value {
        guard let value = values[parameter.description.key] as? Value else {
            preconditionFailure("\(route.pattern) does not declare the parameter \(parameter.description.name)")
        }
        return value
    }

    /// Whether the caller names us by a number, as `localhost` or not at all, or by one of `names`.
    ///
    /// A page of somebody else reaches this machine under a name of its own, which its browser then sends.
    package func namesUs(_ names: String?...) -> Bool {
        guard let host = headers["host"] else { return true }
        let name =
            host.first == "["
            ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return ClientAddress(text: String(name)).isNumeric
            || (["localhost"] + names.compactMap(\.self)).contains { $0.asciiLowercased() == name.asciiLowercased() }
    }

    /// The body as the route's JSON type.
    ///
    /// - Throws: a 422 that names each place that does not fit.
    package func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONBody.decode(type, from: collected)
    }

    /// The whole body of a route that collects it.
    package var bytes: [UInt8] { collected }
}

/// Where a request comes from.
package struct ClientAddress: Sendable, Hashable {
    /// The numeric address.
    package let text: String

    package init(text: String) { self.text = text }

    /// What a proxy wrote of a client: an address, an address and a port, or `[…]` with one of IPv6; `nil` for anything else.
    init?(forwarded entry: String) {
        var text = entry[...]
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" && UInt16(rest.dropFirst()) != nil else { return nil }
            text = text[text.index(after: text.startIndex)..<end]
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            guard UInt16(text[text.index(after: colon)...]) != nil else { return nil }
            text = text[..<colon]
        }
        guard let bytes = AddressList.bytes(String(text)) else { return nil }
        self.init(text: bytes.count == 4 ? bytes.map { "\($0)" }.joined(separator: ".") : String(text))
    }

    /// Whether it is an address in numbers.
    package var isNumeric: Bool { AddressList.bytes(text) != nil }

    package var isLoopback: Bool { Self.loopback.contains(self) }

    /// The address, or the network of 64 bits of an IPv6 one: whoever has one of its addresses has all of them.
    package var household: String {
        guard let words = AddressList.bytes(text) else { return text }
        // An IPv4 address within an IPv6 one stands for itself.
        if words.count == 4 { return words.map { "\($0)" }.joined(separator: ".") }
        guard words[..<10].contains(where: { $0 != 0 }) else { return text }
        return words[..<8].hexadecimal + "::/64"
    }

    private static let loopback = (try? AddressList(["127.0.0.0/8", "::1", "::ffff:127.0.0.0/104"])) ?? AddressList()
}

/// Who is asking, as the gatekeeper found out.
package protocol Principal: Sendable {
    /// A name for logs that is no secret and no personal data: an id.
    var logName: String { get }
}

extension AddressList {
    func contains(_ client: ClientAddress) -> Bool { contains(client.text) }
}
