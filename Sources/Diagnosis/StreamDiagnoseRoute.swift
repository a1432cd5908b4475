import Accounts
import Core
import HTTPServer

/// `WS /api/v1/stream/diagnose`: pictures in as binary messages, answers out as text, for a phone held over a bed.
struct StreamDiagnoseRoute: Sendable {
    let diagnose: DiagnosePlant
    let pictureLimit: Int
    let rates: RateGate

    /// Text messages change the options of the pictures that follow.
    private struct Wish: Codable {
        let minConfidence: Double?
        let topK: Int?
        let explain: Bool?
    }

    private struct Failure: Codable {
        let error: PictureProblem

        init(_ problem: Problem) { error = PictureProblem(status: problem.status, message: problem.detail) }
    }

    var route: Route {
        .webSocket(
            "/api/v1/stream/diagnose",
            summary: "Diagnose pictures one after another",
            details: """
                Each binary message is a picture and is answered by one text message, in order: a diagnosis as \
                POST /api/v1/diagnose gives it, or {"error": {"status", "message"}}. A text message such as \
                {"min_confidence": 0.6, "top_k": 3, "explain": true} sets the options of the pictures that follow.
                """,
            tags: ["Plant API"],
            limits: WebSocketLimits(message: pictureLimit, inbound: 2),
            access: .predict,
            quota: "public"
        ) { socket, request in
            var options = DiagnosePlant.Options()
            for try await message in socket.messages {
                switch message {
                case .text(let wish):
                    do {
                        try adopt(wish, into: &options)
                    } catch let problem as Problem {
                        try await socket.send(text(Failure(problem)))
                    }
                case .binary(let bytes):
                    try await socket.send(reply(to: bytes, options, request))
                }
            }
        }
    }

    private func adopt(_ text: String, into options: inout DiagnosePlant.Options) throws {
        let wish: Wish = try JSONBody.decode(Wish.self, from: Array(text.utf8))
        if let minConfidence = wish.minConfidence {
            guard (0...1).contains(minConfidence) else {
                throw Problem.unprocessable(["min_confidence"], "is not between 0 and 1")
            }
            options.minConfidence = minConfidence
        }
        if let topK = wish.topK {
            guard (1...100).contains(topK) else { throw Problem.unprocessable(["top_k"], "is not between 1 and 100") }
            options.topK = topK
        }
        if let explain = wish.explain { options.reading.explain = explain }
    }

    /// Each picture counts as a call of its own.
    private func reply(
        to bytes: [UInt8],
        _ options: DiagnosePlant.Options,
        _ request: Request
    ) async throws -> String {
        do {
            try await rates.count(request, request.caller, bytes: bytes.count)
            let owner = request.principal?.logName
            return try text(await diagnose([bytes], options, owner: owner))
        } catch let error as any ClientFacing {
            return try text(Failure(error.problem))
        }
    }

    private func text(_ value: some Encodable) throws -> String {
        try String(decoding: JSON.encode(value), as: UTF8.self)
    }
}
