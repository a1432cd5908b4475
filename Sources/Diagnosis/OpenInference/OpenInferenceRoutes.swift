import Accounts
import Core
import HTTPServer
import Inference

/// The Open Inference Protocol, version 2, with its binary tensor extension: tensors in, tensors out.
struct OpenInferenceRoutes: Sendable {
    let models: ModelRegistry
    let programVersion: String

    private static let model = Parameter<String>.path("model", "Name of the model.")
    private static let version = Parameter<String>.path("version", "Version of the model.")
    private static let unavailable = Answer.problem(503, "The model is not on duty; the message says what to do.")

    var all: [Route] {
        [server, live, ready] + versioned("", describe) + versioned("/ready", modelReady) + inferRoutes
    }

    private var server: Route {
        Route(.get, "/v2", summary: "Name this inference server", tags: [Self.tag], access: .predict) { _ in
            InferenceServer(name: "hedgerow", version: programVersion, extensions: ["binary_tensor_data"])
        }
    }

    private var live: Route {
        Route(.get, "/v2/health/live", summary: "Tell whether the server lives", tags: [Self.tag]) { _ in
            ["live": true]
        }
    }

    private var ready: Route {
        Route(
            .get,
            "/v2/health/ready",
            summary: "Tell whether every model is on duty",
            tags: [Self.tag],
            answers: [Self.unavailable]
        ) { _ in
            let health = await models.check()
            guard health.status == .healthy else { throw Problem.unavailable(health.detail ?? "") }
            return ["ready": true]
        }
    }

    private static let tag = "Open Inference Protocol"

    /// The same call with and without a version in its path.
    private func versioned<Value: APIValue>(
        _ suffix: String,
        _ handler: @escaping @Sendable (Classifier) throws -> Value
    ) -> [Route] {
        let summary = suffix.isEmpty ? "Describe a model" : "Tell whether a model is on duty"
        let answers = [Answer.problem(404, "There is no such model."), Self.unavailable]
        return [
            Route(
                .get,
                "/v2/models/{model}\(suffix)",
                summary: summary,
                tags: [Self.tag],
                parameters: [Self.model],
                access: .predict,
                answers: answers
            ) { request in try handler(classifier(request[Self.model], version: nil)) },
            Route(
                .get,
                "/v2/models/{model}/versions/{version}\(suffix)",
                summary: summary + " of this version",
                tags: [Self.tag],
                parameters: [Self.model, Self.version],
                access: .predict,
                answers: answers
            ) { request in try handler(classifier(request[Self.model], version: request[Self.version])) },
        ]
    }

    private var inferRoutes: [Route] {
        [
            inferRoute("/v2/models/{model}/infer", [Self.model]) { request in
                try classifier(request[Self.model], version: nil)
            },
            inferRoute("/v2/models/{model}/versions/{version}/infer", [Self.model, Self.version]) { request in
                try classifier(request[Self.model], version: request[Self.version])
            },
        ]
    }

    private func inferRoute(
        _ pattern: String,
        _ parameters: [any ParameterDeclaration],
        find: @escaping @Sendable (Request) throws -> Classifier
    ) -> Route {
        Route(
            .post,
            pattern,
            summary: "Run a model on tensors",
            details: "JSON, or JSON followed by bytes with Inference-Header-Content-Length telling where they begin.",
            tags: [Self.tag],
            parameters: parameters,
            body: .bytes(["application/json", "application/octet-stream"]),
            limits: Route.Limits(body: 64 << 20),
            access: .predict,
            quota: "public",
            answers: [
                .json(InferenceAnswer.self, "The outputs."), .problem(404, "There is no such model."),
                .problem(422, "The tensors do not fit the model."), Self.unavailable,
            ]
        ) { request in
            try await InferTensors(classifier: find(request))(InferenceMessage(request))
        }
    }

    private func classifier(_ name: String, version: String?) throws -> Classifier {
        guard models.all.contains(where: { $0.name == name }) else {
            let known = models.all.map(\.name).joined(separator: ", ")
            throw Problem.notFound("There is no model \(name) here; there is \(known).")
        }
        let classifier = try models.classifier(named: name)
        if let version, version != classifier.package.version {
            throw Problem.notFound("\(name) is on duty in version \(classifier.package.version) only.")
        }
        return classifier
    }

    @Sendable private func modelReady(_ classifier: Classifier) -> [String: Bool] { ["ready": true] }

    @Sendable private func describe(_ classifier: Classifier) -> InferenceModel {
        let session = classifier.session
        func tensor(_ port: Port) -> InferenceModel.Tensor {
            InferenceModel.Tensor(name: port.name, datatype: "FP32", shape: port.shape.map { $0 ?? -1 })
        }
        return InferenceModel(
            name: session.name,
            versions: [classifier.package.version],
            platform: "onnx",
            inputs: [tensor(session.input)],
            outputs: session.outputs.map(tensor)
        )
    }
}
