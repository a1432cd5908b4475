internal import Synchronization

/// Completes answers with what every answer carries, and with what the request's conditions ask for.
final class Finisher: Sendable {
    private let contentPolicy: String
    private let allowedOrigins: Set<String>
    private let isTLS: Bool
    private let demandsTLS: Bool
    private let closing = Atomic<Bool>(false)
    private let date = DateStamp()

    init(configuration: ServerConfiguration) {
        contentPolicy = configuration.contentPolicy
        allowedOrigins = Set(configuration.allowedOrigins)
        isTLS = configuration.tls != nil
        demandsTLS = configuration.demandsTLS
    }

    /// Every further answer ends its connection.
    func closeConnections() { closing.store(true, ordering: .relaxed) }

    /// `file` is the open file when the body is one.
    func finish(
        _ response: Response,
        for arrival: Arrival,
        file: OpenFile? = nil,
        more: [(name: String, value: String)] = []
    )
        -> FinishedAnswer
    {
        var answer = FinishedAnswer(status: response.status, headers: response.headers, content: .none)
        switch response.body {
        case .none: break
        case .bytes(let bytes): answer.content = .bytes(bytes)
        case .file:
            if let file { answer.content = .file(file, offset: 0, length: file.size) }
        case .stream(let length, _), .writer(let length, _): answer.content = .stream(length: length)
        }
        if let file { Conditional.describe(file, &answer) }
        if answer.status == 200, arrival.method == "GET" || arrival.isHead {
            Conditional.apply(to: &answer, arrival.headers)
        }
        answer.headers += more
        answer.headers += SecurityHeaders.fields(
            contentPolicy: arrival.route?.contentPolicy ?? contentPolicy,
            staysSecure: demandsTLS && (isTLS || arrival.isSecure)
        )
        answer.headers.append(("X-Request-Id", arrival.id))
        answer.headers.append(("Date", date.now()))
        addCrossOrigin(&answer, arrival)
        answer.closesConnection = closing.load(ordering: .relaxed)
        return answer
    }

    /// The answer to `OPTIONS`, which is also the preflight of browsers.
    func options(_ arrival: Arrival, allowed: String) -> Response {
        var response = Response(status: 204, headers: [("Allow", allowed)])
        if let origin = arrival.headers["origin"], allowedOrigins.contains(origin),
            arrival.headers.contains("access-control-request-method")
        {
            response.headers.append(("Access-Control-Allow-Methods", allowed))
            response.headers.append(
                (
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, X-API-Key, X-Client-Id, X-Request-Id, If-None-Match, Idempotency-Key"
                )
            )
            response.headers.append(("Access-Control-Max-Age", "600"))
        }
        return response
    }

    private func addCrossOrigin(_ answer: inout FinishedAnswer, _ arrival: Arrival) {
        guard !allowedOrigins.isEmpty else { return }
        answer.headers.append(("Vary", "Origin"))
        guard let origin = arrival.headers["origin"], allowedOrigins.contains(origin) else { return }
        answer.headers.append(("Access-Control-Allow-Origin", origin))
        answer.headers.append(
            (
                "Access-Control-Expose-Headers",
                "X-Request-Id, Retry-After, ETag, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
            )
        )
    }

    /// Whether pages of this origin may open WebSockets here.
    func admits(origin: String?, host: String?) -> Bool {
        guard let origin else { return true }
        if allowedOrigins.contains(origin) { return true }
        guard let host else { return false }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }

    /// A whole answer for the bare socket.
    func bareBytes(_ problem: Problem) -> [UInt8] {
        let response = problem.response(requestID: "")
        guard case .bytes(let body) = response.body else { return [] }
        var head = "HTTP/1.1 \(problem.status) \(Status.title(problem.status))\r\n"
        for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
        head += "X-Content-Type-Options: nosniff\r\nDate: \(date.now())\r\n"
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + body
    }
}
