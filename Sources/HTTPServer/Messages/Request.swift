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

    package var isLoopback: Bool { Self.loopback.contains(self) }

    /// The address, or the network of 64 bits of an IPv6 one: whoever has one of its addresses has all of them.
    package var household: String {
        // An IPv4 address within an IPv6 one stands for itself.
        guard let words = AddressList.bytes(text), words.count == 16, words[..<10].contains(where: { $0 != 0 }) else {
            return text
        }
        return words[..<8].hexadecimal + "::/64"
    }

    private static let loopback = (try? AddressList(["127.0.0.0/8", "::1", "::ffff:127.0.0.0/104"])) ?? AddressList()
}

/// Who is asking, as the gatekeeper found out.
package protocol Principal: Sendable {
    /// A name for logs that is no secret and no personal data: an id.
    var logName: String { get }
}
