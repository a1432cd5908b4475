package import Core
import Synchronization

/// Talks to other servers over http and https; one per program, shared by all that need it.
package final class HTTPClient: Sendable {
    /// Which addresses may be reached.
    package enum Reach: Sendable {
        case anywhere
        /// For addresses that users give: never into the own network, whatever the name resolves to.
        case publicOnly
        /// As `publicOnly`, and into networks that the operator names.
        case publicAnd(AddressList)

        /// `address` has 4 or 16 bytes, in network order.
        func admits(_ address: [UInt8]) -> Bool {
            switch self {
            case .anywhere: true
            case .publicOnly: PublicAddress.contains(address)
            case .publicAnd(let networks): PublicAddress.contains(address) || networks.contains(address)
            }
        }

        /// Whether each address is looked at: that of a proxy would tell nothing.
        var isBounded: Bool {
            if case .anywhere = self { false } else { true }
        }
    }

    /// How many connections may be open at once; requests past that wait for one.
    package struct Connections: Sendable {
        package let total: Int
        package let perHost: Int

        package init(total: Int = 64, perHost: Int = 16) {
            self.total = total
            self.perHost = perHost
        }
    }

    struct Identity: Sendable {
        let agent: String
        let reach: Reach
    }

    let identity: Identity
    let loop: CurlLoop
    /// For files, which may make a thread wait.
    let blocking = WorkPool(name: "downloads", width: 2, depth: 100)

    /// At most `depth` requests at once; more are refused with `Overloaded`.
    package init(
        agent: String,
        reach: Reach = .anywhere,
        depth: Int = 1_000,
        connections: Connections = Connections()
    ) {
        identity = Identity(agent: agent, reach: reach)
        loop = CurlLoop(depth: depth, connections: connections)
    }

    deinit { loop.stop() }

    /// The server's answer, whatever its status.
    ///
    /// - Throws: `OutboundFault` when there is no answer within the limits, `CancellationError` at once when cancelled.
    package func send(_ request: HTTPRequest, limits: HTTPLimits = .call) async throws -> HTTPAnswer {
        let body = CollectedBody(limit: limits.bytes, host: Address.parts(of: request.url)?.host ?? "")
        let head = try await perform(request, limits: limits, into: body)
        return HTTPAnswer(status: head.status, headers: head.headers, body: body.bytes)
    }

    /// As `send`, but goes on to its end when the task is cancelled: for undoing on the other side what was begun.
    package func sendRegardless(_ request: HTTPRequest, limits: HTTPLimits) async throws -> HTTPAnswer {
        let body = CollectedBody(limit: limits.bytes, host: Address.parts(of: request.url)?.host ?? "")
        let transfer = try transfer(for: request, limits: limits, into: body)
        let head = try await withCheckedThrowingContinuation { waiting in
            loop.start(transfer) { waiting.resume(with: $0) }
        }
        return HTTPAnswer(status: head.status, headers: head.headers, body: body.bytes)
    }

    /// Sends the request and returns when the answer's body begins, to be read piece by piece.
    ///
    /// The server waits while nobody reads; the transfer ends with the last reference to the stream.
    package func open(_ request: HTTPRequest, limits: HTTPLimits) async throws -> HTTPStream {
        try Task.checkCancellation()
        let body = StreamedBody(limit: limits.bytes, host: Address.parts(of: request.url)?.host ?? "")
        let transfer = try transfer(for: request, limits: limits, into: body)
        loop.start(transfer) { body.end($0) }
        return try await HTTPStream(body, client: self, id: transfer.id)
    }

    func perform(_ request: HTTPRequest, limits: HTTPLimits, into sink: any BodySink) async throws -> ResponseHead {
        try Task.checkCancellation()
        return try await loop.run(transfer(for: request, limits: limits, into: sink))
    }

    private func transfer(
        for request: HTTPRequest,
        limits: HTTPLimits,
        into sink: any BodySink
    ) throws -> Transfer {
        guard let address = Address.parts(of: request.url) else { throw OutboundFault(.invalidURL, host: "") }
        let handle = try CurlHandle(
            request,
            host: address.host,
            isSecure: address.isSecure,
            limits: limits,
            client: identity
        )
        return Transfer(id: loop.nextID(), handle: handle, host: address.host, reach: identity.reach, sink: sink)
    }
}

/// The body of an answer in memory.
final class CollectedBody: BodySink {
    private let content = Mutex<[UInt8]>([])
    private let limit: Int64
    private let host: String

    init(limit: Int64, host: String) {
        self.limit = limit
        self.host = host
    }

    var bytes: [UInt8] { content.withLock { $0 } }

    func receive(_ bytes: UnsafeRawBufferPointer, of head: ResponseHead) throws(OutboundFault) -> Reception {
        let isTooLarge = content.withLock { content in
            guard Int64(content.count + bytes.count) <= limit else { return true }
            unsafe content.append(contentsOf: bytes)
            return false
        }
        if isTooLarge { throw OutboundFault(.tooLarge, host: host) }
        return .taken
    }
}
