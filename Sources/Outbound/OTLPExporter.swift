package import Core

/// Sends finished spans to an OpenTelemetry collector, as JSON over HTTP.
///
/// Tracing is a help, never a burden: what the collector does not take is counted, logged once a minute, and dropped.
package final class OTLPExporter: Service {
    package let name = "traces"
    private let url: String
    private let tracer: Tracer
    private let version: String
    private let log: Log
    private let client: HTTPClient

    package init(url: String, tracer: Tracer, version: String, log: Log) {
        self.url = url
        self.tracer = tracer
        self.version = version
        self.log = log
        client = HTTPClient(agent: "Hedgerow/\(version)", depth: 4)
    }

    package func run() async throws {
        var lost = 0
        var lastComplaint = ContinuousClock.now - .seconds(60)
        while true {
            try await Task.sleep(for: .seconds(2))
            lost += await export()
            guard lost > 0, ContinuousClock.now - lastComplaint >= .seconds(60) else { continue }
            log.warning("traces were not taken by the collector", ["spans": .integer(Int64(lost))])
            lost = 0
            lastComplaint = .now
        }
    }

    package func finish() async { _ = await export() }

    /// Sends what is finished, and returns how many spans were lost.
    private func export() async -> Int {
        let (spans, dropped) = tracer.take()
        guard !spans.isEmpty else { return dropped }
        do {
            let request = HTTPRequest(
                .post,
                url,
                headers: [("Content-Type", "application/json")],
                body: try JSON.encodeAsWritten(OTLPTraces(spans, version: version))
            )
            let answer = try await client.send(request)
            return (200..<300).contains(answer.status) ? dropped : dropped + spans.count
        } catch {
            return dropped + spans.count
        }
    }
}

/// The body of an export, in the JSON encoding of OTLP 1.0, whose keys are camelCase.
struct OTLPTraces: Encodable {
    let resourceSpans: [ResourceSpans]

    struct ResourceSpans: Encodable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }

    struct Resource: Encodable { let attributes: [Attribute] }

    struct ScopeSpans: Encodable {
        let scope: Scope
        let spans: [Entry]
    }

    struct Scope: Encodable {
        let name: String
        let version: String
    }

    struct Attribute: Encodable {
        let key: String
        let value: [String: String]
    }

    struct Status: Encodable {
        let code: Int
        let message: String?
    }

    struct Entry: Encodable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let name: String
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [Attribute]
        let status: Status

        init(_ span: Span) {
            traceId = span.context.trace.hexadecimal
            spanId = span.context.span.hexadecimal
            parentSpanId = span.parent?.hexadecimal
            name = span.name
            kind = span.kind.rawValue
            startTimeUnixNano = "\(span.start.microseconds)000"
            endTimeUnixNano = "\(span.end.microseconds)000"
            attributes = span.attributes.sorted { $0.key < $1.key }.map { Attribute(key: $0.key, value: $0.value.otlp) }
            status = Status(code: span.failure == nil ? 0 : 2, message: span.failure)
        }
    }

    init(_ spans: [Span], version: String) {
        resourceSpans = [
            ResourceSpans(
                resource: Resource(attributes: [
                    Attribute(key: "service.name", value: ["stringValue": "hedgerow"]),
                    Attribute(key: "service.version", value: ["stringValue": version]),
                ]),
                scopeSpans: [
                    ScopeSpans(scope: Scope(name: "hedgerow", version: version), spans: spans.map(Entry.init))
                ]
            )
        ]
    }
}

extension LogValue {
    /// 64-bit integers are strings in OTLP's JSON; a number is written as its text, which collectors take as well.
    fileprivate var otlp: [String: String] {
        switch self {
        case .string(let text): ["stringValue": text]
        case .integer(let number): ["intValue": "\(number)"]
        case .number(let number): ["stringValue": "\(number)"]
        case .boolean(let flag): ["stringValue": "\(flag)"]
        }
    }
}
