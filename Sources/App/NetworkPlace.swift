import Core
import HTTPServer

/// Where the server stands in its network, as the page for phones tells it.
struct NetworkPlace: Sendable {
    let answer: NetworkAnswer
    /// The certificate of our own authority; `nil` unless `tls` is `auto`.
    let authorityPEM: String?

    init(_ configuration: Configuration, authorityPEM: String?) {
        self.authorityPEM = authorityPEM
        let isOpen = configuration.host == "0.0.0.0" || configuration.host == "::"
        let addresses = isOpen ? networkAddresses() : [configuration.host]
        let host = addresses.first { !$0.contains(":") } ?? addresses.first ?? configuration.host
        let scheme = configuration.tls == .off ? "http" : "https"
        let authority = host.contains(":") ? "[\(host)]" : host
        answer = NetworkAnswer(
            addresses: addresses,
            port: configuration.port,
            tls: configuration.tls != .off,
            open: isOpen,
            url: configuration.publicURL ?? "\(scheme)://\(authority):\(configuration.port)/",
            caUrl: authorityPEM == nil ? nil : "/ca.crt"
        )
    }
}

/// What `GET /api/v1/network` answers.
struct NetworkAnswer: APIValue {
    let addresses: [String]
    let port: Int
    let tls: Bool
    let open: Bool
    let url: String
    let caUrl: String?

    static let notes = [
        "open": "Whether the server listens to the network at all, not to its own machine alone.",
        "url": "The address to open on a phone.",
        "caUrl": "Where the certificate to trust is; null unless the server made its own.",
    ]
}
