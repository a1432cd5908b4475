internal import Core

/// Writes one line per request and counts it.
struct RequestRecord: Sendable {
    private let log: Log
    private let requests: Counter
    private let durations: Histogram
    private let open: Gauge
    private let inFlight: Gauge
    private let refused: Counter

    init(log: Log, metrics: Metrics) {
        self.log = log
        requests = metrics.counter("http_requests_total", "Answered requests", labels: ["route", "method", "status"])
        durations = metrics.histogram(
            "http_request_duration_seconds",
            "From the head of a request to the end of its answer",
            labels: ["route"]
        )
        open = metrics.gauge("http_connections", "Open connections")
        inFlight = metrics.gauge("http_in_flight", "Requests whose handler is running")
        refused = metrics.counter("http_connections_refused_total", "Connections refused for their number")
    }

    func connections(_ change: Double) { open.add(change) }
    func inFlight(_ change: Double) { inFlight.add(change) }
    func refusedConnection() { refused.add() }

    func answered(_ arrival: Arrival, status: Int, sent: Int, received: Int, hasClientLeft: Bool) {
        let seconds = arrival.start.elapsed
        let code = hasClientLeft ? 499 : status
        // Names from outside never become labels: each would be a time series.
        let route = arrival.route?.pattern ?? "(none)"
        let method = Method(rawValue: arrival.method) == nil ? "(other)" : arrival.method
        requests.add(1, route, method, "\(code)")
        durations.observe(seconds, route)
        guard log.isEnabled(.info) else { return }
        var fields: [String: LogValue] = [
            "method": .string(method), "path": .string(arrival.loggedTarget), "status": .integer(Int64(code)),
            "seconds": .number((seconds * 1e6).rounded() / 1e6), "bytes_out": .integer(Int64(sent)),
            "request_id": .string(arrival.id), "client": .string(arrival.client.text),
        ]
        if received > 0 { fields["bytes_in"] = .integer(Int64(received)) }
        if let trace = arrival.trace { fields["trace_id"] = .string(trace.trace.hexadecimal) }
        log.info("request", fields)
    }
}
