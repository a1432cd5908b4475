/// Why another server could not be used; names its host and the reason, never the path or the query of the address.
package struct OutboundFault: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        case invalidURL
        case notResolved
        case unreachable
        /// The address is private or local, and this client may reach public ones only.
        case refusedAddress
        case tls
        case timeout
        case tooLarge
        case tooManyRedirects
        /// The connection ended in the middle.
        case brokenOff
        /// A download was answered with this status.
        case status(Int)
        case hashMismatch
        /// The file cannot be written.
        case file
        case full
        /// Another process downloads to the same file.
        case inUse
        case other
    }

    package let code: Code
    /// Empty when the address has none.
    package let host: String
    /// Further words for the operator, without secrets.
    package let detail: String

    package init(_ code: Code, host: String, _ detail: String = "") {
        self.code = code
        self.host = host
        self.detail = detail
    }

    /// Whether the same request may well succeed a little later.
    package var isTransient: Bool {
        switch code {
        case .unreachable, .notResolved, .timeout, .brokenOff: true
        case .status(let status): status == 408 || status == 429 || status >= 500
        default: false
        }
    }
}

extension OutboundFault: CustomStringConvertible {
    package var description: String {
        let place = host.isEmpty ? "" : "\(host): "
        let more = detail.isEmpty ? "" : " (\(detail))"
        return place + reason + more
    }

    private var reason: String {
        switch code {
        case .invalidURL: "the address is not a valid http or https address"
        case .notResolved: "there is no host of that name"
        case .unreachable: "the server cannot be reached"
        case .refusedAddress: "the address is private or local, which is not allowed here"
        case .tls: "a secure connection could not be made"
        case .timeout: "the server took too long"
        case .tooLarge: "the answer is larger than allowed"
        case .tooManyRedirects: "too many redirects"
        case .brokenOff: "the connection broke off"
        case .status(let status): "the server answered \(status)"
        case .hashMismatch: "the content does not have the expected SHA-256"
        case .file: "the file cannot be written"
        case .full: "the disk is full"
        case .inUse: "another download to the same file is running"
        case .other: "the request failed"
        }
    }
}
