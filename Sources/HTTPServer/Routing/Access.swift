/// Who may call a route: a requirement that the gatekeeper decides, not the server.
package struct Access: Hashable, Sendable {
    /// What the caller must be allowed to do; features coin these names.
    package let name: String
    /// Whether somebody without credentials may pass too, as long as the operator does not forbid it.
    package let admitsStrangers: Bool
    /// Whether it asks for nothing that a caller may have.
    let isOpen: Bool

    package init(_ name: String, admitsStrangers: Bool = false) {
        self.init(name, admitsStrangers: admitsStrangers, isOpen: false)
    }

    private init(_ name: String, admitsStrangers: Bool, isOpen: Bool) {
        self.name = name
        self.admitsStrangers = admitsStrangers
        self.isOpen = isOpen
    }

    package static let anyone = Access("anyone", admitsStrangers: true, isOpen: true)
    /// As `anyone`, also when a page of another site sends its visitor with a form.
    package static let fromElsewhere = Access("from elsewhere", admitsStrangers: true, isOpen: true)
    /// As `anyone`; the route itself reads what stands in `Authorization`, where a program shows who it is.
    package static let ownCredentials = Access("own credentials", admitsStrangers: true, isOpen: true)
    /// Only from this machine.
    package static let loopback = Access("loopback", admitsStrangers: true, isOpen: true)
}

/// What the gatekeeper found out about a caller whom it lets in.
package struct Admission: Sendable {
    package var principal: (any Principal)?
    /// Fields for the answer, such as what is left of a rate limit.
    package var headers: [(name: String, value: String)]
    /// Whether the principal may still do the same, asked now and then while a WebSocket is open; `nil` for ever.
    package var stillHolds: (@Sendable () async -> Bool)?

    package init(
        principal: (any Principal)? = nil,
        headers: [(name: String, value: String)] = [],
        stillHolds: (@Sendable () async -> Bool)? = nil
    ) {
        self.principal = principal
        self.headers = headers
        self.stillHolds = stillHolds
    }
}

/// Decides whether a request may pass; throws the `Problem` that the client gets when it may not.
package typealias Gatekeeper = @Sendable (Access, Request) async throws -> Admission
