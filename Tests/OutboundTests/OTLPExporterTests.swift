import Core
import Foundation
import TestSupport
import Testing

@testable import Outbound

private struct Broken: Error {}

struct OTLPExporterTests {
    private func traced() async -> Tracer {
        let tracer = Tracer(capacity: 10)
        try? await tracer.span("POST /predict", kind: .server, below: nil) { context in
            try await tracer.span("decode", below: context) { _ in throw Broken() }
        }
        return tracer
    }

    @Test func `spans are written as OTLP's JSON wants them`() async throws {
        let body = try JSON.encodeAsWritten(OTLPTraces(await traced().take().spans, version: "1.2.3"))
        let document = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        let resource = try #require((document["resourceSpans"] as? [[String: Any]])?.first)
        let scope = try #require((resource["scopeSpans"] as? [[String: Any]])?.first)
        let spans = try #require(scope["spans"] as? [[String: Any]])
        #expect(spans.map { $0["name"] as? String } == ["decode", "POST /predict"])
        #expect(spans[0]["parentSpanId"] as? String == spans[1]["spanId"] as? String)
        #expect((spans[0]["status"] as? [String: Any])?["code"] as? Int == 2)
        #expect((spans[1]["traceId"] as? String)?.count == 32)
    }

    @Test func `finished spans are posted to the collector`() async throws {
        let heads = try await withResponder({ _ in .send(answer(200)) }) { responder in
            let exporter = OTLPExporter(
                url: responder.url + "/v1/traces",
                tracer: await traced(),
                version: "1.2.3",
                log: .silent
            )
            await exporter.finish()
            await exporter.finish()
            return responder.requests
        }
        #expect(heads.count == 1)
        #expect(heads.first?.hasPrefix("POST /v1/traces HTTP/1.1") == true)
    }
}
