/// Who may call a route: a requirement that the gatekeeper decides, not the server.
package struct Access: Hashable, Sendable {
    /// The kind of requirement; a feature may coin its own.
    package let name: String
    /// Scopes that the caller must hold.
    package let scopes: [String]

    package init(_ name: String, scopes: [String] = []) {
        self.name = name
        self.scopes = scopes
    }

    package static let anyone = Access("anyone")
    package static let signedIn = Access("signed-in")
    package static func scope(_ scopes: String...) -> Access { Access("signed-in", scopes: scopes) }
    /// Only from this machine.
    package static let loopback = Access("loopback")

    /// Whether a caller without credentials may be refused.
    var isOpen: Bool { self == .anyone || self == .loopback }
}

/// What the gatekeeper found out about a caller whom it lets in.
package struct Admission: Sendable {
    package var principal: (any Principal)?
    /// Fields for the answer, such as what is left of a rate limit.
    package var headers: [(name: String, value: String)]

    package init(principal: (any Principal)? = nil, headers: [(name: String, value: String)] = []) {
        self.principal = principal
        self.headers = headers
    }
}

/// Decides whether a request may pass; throws the `Problem` that the client gets when it may not.
package typealias Gatekeeper = @Sendable (Access, Request) async throws -> Admission
