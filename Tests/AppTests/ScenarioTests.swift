import Foundation
import TestSupport
import Testing

/// What a client sends, and what must come back.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    var method = "GET"
    let target: String
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    let status: Int
    var contains: [String] = []
    var lacks: [String] = []

    var testDescription: String { name }
}

struct ScenarioTests {
    @Test(arguments: [
        Scenario(
            name: "health says how the parts are",
            target: "/health",
            status: 200,
            contains: ["\"database\"", "\"models\""]
        ),
        Scenario(
            name: "the unversioned alias is the same",
            target: "/api/health",
            status: 200,
            contains: ["\"checks\""]
        ),
        Scenario(name: "live", target: "/health/live", status: 200, contains: ["healthy"]),
        Scenario(name: "ready", target: "/health/ready", status: 200, contains: ["\"healthy\""]),
        Scenario(
            name: "classes in the model's order",
            target: "/classes",
            status: 200,
            contains: ["\"num_classes\":29", "\"Apple___Apple_scab\",\"Apple___Black_rot\""]
        ),
        Scenario(
            name: "metrics under the old names",
            target: "/metrics",
            status: 200,
            contains: [
                "predictions_total", "prediction_errors_total", "prediction_duration_seconds_bucket",
                "prediction_confidence", "model_loaded", "plant_api_latency_seconds", "http_requests_total",
            ]
        ),
        Scenario(
            name: "a species",
            target: "/api/v1/species/tomato",
            status: 200,
            contains: ["Solanum lycopersicum", "\"care\""]
        ),
        Scenario(
            name: "a disease",
            target: "/api/diseases/tomato-late-blight",
            status: 200,
            contains: ["Phytophthora infestans"]
        ),
        Scenario(name: "growth stages", target: "/api/v1/growth-stages/tomato", status: 200, contains: ["\"stages\""]),
        Scenario(
            name: "an unknown species names near ones",
            target: "/api/v1/species/tomatoe",
            status: 404,
            contains: ["tomato", "\"request_id\"", "\"type\""]
        ),
        Scenario(
            name: "an unknown path under the API is a problem",
            target: "/api/v1/nothing",
            status: 404,
            contains: ["\"message\""]
        ),
        Scenario(
            name: "the wrong method says which are right",
            method: "DELETE",
            target: "/classes",
            status: 405,
            contains: ["\"status\":405"]
        ),
        Scenario(
            name: "the protocol's server page",
            target: "/v2",
            status: 200,
            contains: ["\"name\":\"hedgerow\"", "binary_tensor_data"]
        ),
        Scenario(
            name: "the model of the protocol",
            target: "/v2/models/leaf",
            status: 200,
            contains: ["[-1,3,160,160]", "logits"]
        ),
        Scenario(name: "a version it has not", target: "/v2/models/leaf/versions/9", status: 404, contains: ["0.1.0"]),
        Scenario(name: "no such model", target: "/v2/models/oak", status: 404, contains: ["leaf"]),
        Scenario(
            name: "no growth-stage model: what to do",
            method: "POST",
            target: "/growth-stage",
            headers: ["Content-Type": MultipartBody.contentType],
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 503
        ),
        Scenario(
            name: "no growth-stage model under its canonical path: what to do",
            method: "POST",
            target: "/api/v1/growth-stage",
            headers: ["Content-Type": MultipartBody.contentType],
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 503,
            contains: ["hedgerow models install growth-stage", "missing-model"]
        ),
        Scenario(name: "the history of nobody", target: "/api/v1/analyses", status: 401, contains: ["X-API-Key"]),
        Scenario(
            name: "a wrong key is refused even where none is needed",
            target: "/classes",
            headers: ["X-API-Key": "wrong-key-wrong-key-wrong"],
            status: 401,
            lacks: ["wrong-key"]
        ),
        Scenario(
            name: "an analysis nobody made",
            target: "/api/v1/analyses/01900000-0000-7000-8000-000000000000",
            status: 404
        ),
        Scenario(
            name: "an analysis key that is none",
            target: "/api/v1/analyses/1",
            status: 422,
            contains: ["\"loc\":[\"path\",\"id\"]"]
        ),
        Scenario(
            name: "the description of the API",
            target: "/api/v1/openapi.json",
            status: 200,
            contains: ["\"3.1.", "/predict_batch"]
        ),
        Scenario(name: "where phones reach it", target: "/api/v1/network", status: 200, contains: ["\"tls\":false"]),
        Scenario(name: "no certificate without TLS", target: "/ca.crt", status: 404, contains: ["--tls auto"]),
        Scenario(name: "a QR code", target: "/phone/qr.svg", status: 200, contains: ["<svg", "viewBox"]),
    ])
    func answers(_ scenario: Scenario) async throws {
        let server = try await CommonServer.get()
        let answer = try server.request(
            scenario.method,
            scenario.target,
            headers: scenario.headers,
            body: scenario.body
        )
        #expect(answer.status == scenario.status, "\(answer.text.prefix(400))")
        for text in scenario.contains { #expect(answer.text.contains(text), "\(answer.text.prefix(400))") }
        for text in scenario.lacks { #expect(!answer.text.contains(text)) }
        #expect(answer["x-request-id"] != nil)
        #expect(answer["content-security-policy"] != nil)
        if answer.status >= 400 { #expect(answer["content-type"] == "application/problem+json") }
    }
}
