internal import Core

/// An arrival in the making: what is known so far of a request while its head is judged.
struct ArrivalDraft {
    let head: RawHead
    let client: ClientAddress
    let isLocal: Bool
    let isSecure: Bool
    let start = Monotonic.now()
    var target: Target?
    var framing = Framing()
    var intake = Exchange.Intake.drain
    var route: Route?
    var pathValues: [String: String] = [:]

    init(head: RawHead, owner: Connection, proxies: AddressList) {
        self.head = head
        let isForwarded = ["x-forwarded-for", "forwarded", "x-real-ip"].contains { head.headers.contains($0) }
        isLocal = owner.client.isLoopback && !isForwarded
        guard proxies.contains(owner.client) else {
            client = owner.client
            isSecure = owner.isTLS
            return
        }
        isSecure = owner.isTLS || head.headers.tokens("x-forwarded-proto").last == "https"
        // The nearest address that is no proxy of ours; what stands left of it, or of a text that is none, may be invented.
        let named = head.headers.tokens("x-forwarded-for").reversed().lazy.map { ClientAddress(forwarded: $0) }
        client = named.prefix { $0 != nil }.compactMap { $0 }.first { !proxies.contains($0) } ?? owner.client
    }

    func finished() -> Arrival {
        Arrival(
            method: head.method,
            target: target,
            headers: head.headers,
            id: Self.requestID(head.headers["x-request-id"]),
            trace: head.headers["traceparent"].flatMap { TraceContext($0) },
            client: client,
            isLocal: isLocal,
            isSecure: isSecure,
            start: start,
            framing: framing,
            intake: intake,
            route: route,
            pathValues: pathValues,
            isHead: head.method == Method.head.rawValue
        )
    }

    /// The client's own name for the request when it is harmless, else a new one.
    static func requestID(_ given: String?) -> String {
        if let given, (8...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x5F || byte == 0x2E
            })
        {
            return given
        }
        return UUIDv7.next().description
    }
}
