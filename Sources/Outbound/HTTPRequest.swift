/// A question to another server.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", delete = "DELETE"
    }

    package var method: Method
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?

    package init(
        _ method: Method,
        _ url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// The host that an address names; `nil` for what is no address of http or https.
    package static func host(of url: String) -> String? { Address.parts(of: url)?.host }
}

/// How much a request may cost.
package struct HTTPLimits: Sendable {
    /// To reach the server.
    package var connect: Duration
    /// From the start to the last byte.
    package var total: Duration
    /// Without a byte in either direction.
    package var stall: Duration
    /// Followed for GET and HEAD only; 0 hands the redirect to the caller.
    package var redirects: Int
    /// Of the answer's body.
    package var bytes: Int64

    package init(connect: Duration, total: Duration, stall: Duration, redirects: Int, bytes: Int64) {
        self.connect = connect
        self.total = total
        self.stall = stall
        self.redirects = redirects
        self.bytes = bytes
    }

    /// For a call to an API.
    package static let call = HTTPLimits(
        connect: .seconds(10),
        total: .seconds(30),
        stall: .seconds(15),
        redirects: 3,
        bytes: 10 << 20
    )
    /// For a model or a collection of pictures.
    package static let download = HTTPLimits(
        connect: .seconds(15),
        total: .seconds(6 * 3_600),
        stall: .seconds(60),
        redirects: 5,
        bytes: 4 << 30
    )
}

/// What the other server said; any status is an answer.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first header of that name in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
