import Core
import Outbound

/// Sends signed requests, tries them again where that helps, and turns refusals into faults.
struct S3Client: Sendable {
    /// What is asked of the server.
    struct Call: Sendable {
        var method: HTTPRequest.Method
        /// The full name of an object; empty for the bucket itself.
        var name = ""
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        /// Of the body, where it is known already.
        var hash: SHA256?
        /// What is done, for the operator: "putting images/1.jpg".
        var doing: String
        /// Whether an attempt is seen to its end when the task is cancelled: its answer is needed to undo it.
        var isSeenThrough = false
    }

    let location: S3Location
    let credentials: S3Credentials
    let http: HTTPClient
    var retries: RetryPlan
    var limits: HTTPLimits
    let clock: WallClock

    private var signer: SignatureV4 { SignatureV4(credentials: credentials, region: location.region) }

    /// The answer to a call that succeeded.
    ///
    /// - Throws: `ObjectFault`, `Overloaded` or `CancellationError`.
    func send(_ call: Call) async throws -> HTTPAnswer {
        try await sendOnceOrMore(call, mapsRefusals: true)
    }

    /// As `send`, for callers to whom some refusals are no fault: those give `nil`.
    func send(_ call: Call, accepting accepted: (S3Refusal) -> Bool) async throws -> HTTPAnswer? {
        do {
            return try await sendOnceOrMore(call, mapsRefusals: false)
        } catch let refusal as S3Refusal {
            if accepted(refusal) { return nil }
            throw refusal.fault(call.doing)
        }
    }

    private func sendOnceOrMore(_ call: Call, mapsRefusals: Bool) async throws -> HTTPAnswer {
        try await retrying(call.doing, mapsRefusals: mapsRefusals) {
            let request = request(call)
            guard call.isSeenThrough else { return try Self.checked(await http.send(request, limits: limits)) }
            try Task.checkCancellation()
            return try Self.checked(await http.sendRegardless(request, limits: limits))
        }
    }

    /// The answer whose body follows piece by piece; it stays open as long as its reader wants.
    func open(_ call: Call) async throws -> HTTPStream {
        var limits = limits
        limits.total = .seconds(24 * 3_600)
        limits.bytes = .max
        return try await retrying(call.doing, mapsRefusals: true) { [limits] in
            let stream = try await http.open(request(call), limits: limits)
            guard stream.status != 200, stream.status != 206 else { return stream }
            var body: [UInt8] = []
            while body.count < 64 << 10, let piece = try await stream.next(upTo: 64 << 10) { body += piece }
            throw S3Refusal(status: stream.status, headers: stream.headers, body: body)
        }
    }

    /// Sends once, also when the task is cancelled; what comes of it is not asked.
    func sendRegardless(_ call: Call) async {
        var limits = limits
        limits.total = min(limits.total, .seconds(10))
        _ = try? await http.sendRegardless(request(call), limits: limits)
    }

    /// An address under which anyone may read the object for a while.
    func presigned(name: String, lifetime: Duration) -> String {
        let request = SignatureV4.Request(
            method: "GET",
            path: location.path(of: name),
            headers: [("host", location.host)],
            payload: SignatureV4.unsignedPayload
        )
        let query = signer.presignedQuery(for: request, seconds: Int(lifetime.seconds), at: clock.now())
        return location.origin + request.path + "?" + query
    }

    private func request(_ call: Call) -> HTTPRequest {
        let path = location.path(of: call.name)
        let payload = (call.hash ?? SHA256(of: call.body)).description
        var headers = call.headers
        // Else curl calls every body a form, and servers keep that as the object's type.
        if call.method != .get, call.method != .head { headers.append(("content-type", "application/octet-stream")) }
        let unsigned = SignatureV4.Request(
            method: call.method.rawValue,
            path: path,
            query: call.query,
            headers: [("host", location.host)] + headers,
            payload: payload
        )
        let query = SignatureV4.canonicalQuery(call.query)
        return HTTPRequest(
            call.method,
            location.origin + path + (query.isEmpty ? "" : "?" + query),
            headers: headers + signer.headers(for: unsigned, at: clock.now()),
            body: call.body.isEmpty ? nil : call.body
        )
    }

    private static func checked(_ answer: HTTPAnswer) throws -> HTTPAnswer {
        // Some calls answer 200 and say in the body that they failed after all.
        let failedLate = answer.status == 200 && answer.body.count < 4_096 && XMLElement(answer.body)?.name == "Error"
        guard (200..<300).contains(answer.status), !failedLate else {
            let status = failedLate ? 500 : answer.status
            throw S3Refusal(status: status, headers: answer.headers, body: answer.body)
        }
        return answer
    }

    /// Tries until it goes well, cannot go well, or has been tried often enough.
    func retrying<Value>(
        _ doing: String,
        mapsRefusals: Bool,
        _ attempt: () async throws -> Value
    ) async throws -> Value {
        var failures = 0
        var backoff = retries.backoff
        while true {
            failures += 1
            let isLast = failures >= retries.attempts
            var least: Duration?
            do {
                return try await attempt()
            } catch let refusal as S3Refusal {
                guard refusal.isTransient && !isLast else { throw mapsRefusals ? refusal.fault(doing) : refusal }
                least = refusal.retryAfter
            } catch let fault as OutboundFault {
                guard fault.isTransient && !isLast else { throw ObjectFault(fault, doing) }
            }
            try await Task.sleep(for: max(backoff.next(), least ?? .zero))
        }
    }
}
