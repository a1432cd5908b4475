package import HTTPServer

/// Where a call comes from, as sessions and the audit trail remember it.
package struct Origin: Hashable, Sendable {
    package let address: String
    package let agent: String
    package let requestID: String

    package init(address: String, agent: String = "", requestID: String = "") {
        self.address = address
        self.agent = agent
        self.requestID = requestID
    }

    /// A command on the machine itself.
    package static let command = Origin(address: "command line")
}

extension Request {
    package var origin: Origin {
        Origin(address: client.text, agent: String((headers["user-agent"] ?? "").prefix(200)), requestID: id)
    }
}
