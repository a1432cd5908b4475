internal import Core

/// How a server listens, and how much it takes upon itself.
package struct ServerConfiguration: Sendable {
    /// A certificate chain and its key, both as PEM text.
    package struct TLS: Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var host: String
    /// 0 takes any free port.
    package var port: Int
    package var tls: TLS?
    /// Whether browsers are told to come by TLS only from now on, for all ports of the host: not for an authority of our own,
    /// whose name is often `localhost`.
    package var demandsTLS = true
    /// Threads of libmicrohttpd.
    package var threads = 2
    package var connections = 1_024
    /// Fewer than requests in flight: one address alone cannot take all places with slow bodies.
    package var connectionsPerAddress = 128
    /// Requests whose handlers run at once; past that the answer is 503.
    package var inFlight = 256
    package var webSockets = 256
    package var headBytes = 16 << 10
    package var headFields = 100
    /// For the whole head of a request, first byte to last.
    package var headTime = Duration.seconds(10)
    /// For a connection without a request.
    package var idleTime = Duration.seconds(60)
    /// Bytes of collected bodies, forms and WebSocket messages held at once, all connections together.
    package var bodyMemory = 256 << 20
    /// Bytes of a refused body that are read and thrown away, so that a client that writes first sees the answer.
    package var drainBytes = 64 << 20
    /// What requests in flight get to finish when the server stops.
    package var grace = Duration.seconds(20)
    /// Other origins whose pages may call and open WebSockets.
    package var allowedOrigins: [String] = []
    /// Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    package var trustedProxies: [String] = []
    package var contentPolicy = SecurityHeaders.contentPolicy

    package init(host: String = "127.0.0.1", port: Int = 8_000) {
        self.host = host
        self.port = port
    }
}

extension ServerConfiguration {
    /// What is wrong with a list of proxies; `nil` when nothing is.
    package static func fault(inProxies entries: [String]) -> String? {
        do {
            _ = try AddressList(entries)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
