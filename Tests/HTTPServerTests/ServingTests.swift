import Core
import HTTPServer
import TestSupport
import Testing

private struct Greeting: APIValue {
    let text: String
    let loudness: Double?
}

private let name = Parameter<String>.path("name", "Whom to greet")
private let loudness = Parameter<Double>.query("loudness", "How loud", default: 0.5, in: 0...1)

private let routes = [
    Route(.get, "/api/v1/hello/{name}", summary: "Greets", parameters: [name, loudness]) { request in
        Greeting(text: "Hello \(request[name])", loudness: request[loudness])
    },
    Route(.post, "/api/v1/echo", summary: "Echoes", body: .json(Greeting.self)) { request in
        try request.json(Greeting.self)
    },
    Route(.post, "/form", summary: "Form", body: .multipart([.file("file", "A file")])) { request in
        let file = try await request.form().file("file", "image")
        return .text("\(file.filename) \(file.bytes.count)")
    },
]

@Suite struct ServingTests {
    @Test func `a typed route answers with JSON`() async throws {
        try await withServer(routes) { port in
            let answer = try await exchange(port, get("/api/v1/hello/a%2Fb?loudness=0.25"))
            #expect(answer.status == 200)
            #expect(answer.text == #"{"loudness":0.25,"text":"Hello a/b"}"#)
        }
    }

    @Test func `an alias leads to the same route`() async throws {
        try await withServer(routes, aliases: [.init(from: "/api", to: "/api/v1")]) { port in
            let answer = try await exchange(port, get("/api/hello/you"))
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: ["abc", "2", "NaN", "", "-0.1", "inf", "0x1"])
    func `a parameter out of bounds is named`(text: String) async throws {
        try await withServer(routes) { port in
            let answer = try await exchange(port, get("/api/v1/hello/you?loudness=\(text)"))
            #expect(answer.status == 422)
            #expect(answer.text.contains(#""loc":["query","loudness"]"#))
        }
    }

    @Test func `JSON goes in and out`() async throws {
        try await withServer(routes) { port in
            let answer = try await exchange(port, post("/api/v1/echo", #"{"text":"hi"}"#))
            #expect(answer.text == #"{"text":"hi"}"#)
            let refused = try await exchange(port, post("/api/v1/echo", #"{"loudness":1}"#))
            #expect(refused.status == 422)
            #expect(refused.text.contains(#""loc":["body","text"]"#))
        }
    }

    @Test(arguments: [0, 10, 70_000, 900_000])
    func `a file of a form arrives whole`(size: Int) async throws {
        try await withServer(routes) { port in
            let body = MultipartBody().file("file", [UInt8](repeating: 7, count: size)).closed
            let answer = try await onThread {
                let connection = try LoopbackConnection(port: port)
                try connection.send(
                    "POST /form HTTP/1.1\r\nHost: here\r\nContent-Type: \(MultipartBody.contentType)\r\nContent-Length: \(body.count)\r\n\r\n"
                )
                try connection.send(body)
                return try connection.answer()
            }
            #expect(answer.text == "leaf.jpg \(size)")
        }
    }

    @Test func `unknown paths and methods get problems`() async throws {
        try await withServer(routes) { port in
            let missing = try await exchange(port, get("/nothing"))
            #expect(missing.status == 404)
            #expect(missing["content-type"] == "application/problem+json")
            let wrong = try await exchange(port, "DELETE /form HTTP/1.1\r\nHost: here\r\n\r\n")
            #expect(wrong.status == 405)
            #expect(wrong["allow"] == "POST, OPTIONS")
        }
    }
}
