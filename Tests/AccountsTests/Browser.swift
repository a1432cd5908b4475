import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Accounts

extension Village {
    /// Answers over a socket; `body` gets the port.
    func serving<Value>(_ body: (Int) async throws -> Value) async throws -> Value {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            configuration: ServerConfiguration(port: 0),
            router: try Router(AccountsFeature(try await privacy(), send: nil).routes),
            gatekeeper: accounts.doorkeeper.admit,
            log: .silent,
            metrics: Metrics(),
            onReady: { port in
                continuation.yield(port)
                continuation.finish()
            }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            defer { group.cancelAll() }
            return try await body(port)
        }
    }
}

/// Keeps cookies, and follows no redirect by itself.
struct Browser: Sendable {
    let port: Int
    var cookies: [String: String] = [:]

    var isSignedIn: Bool { cookies["session"] != nil }

    mutating func get(_ target: String, _ headers: [String: String] = [:]) async throws -> LoopbackAnswer {
        try await send("GET", target, headers, Data())
    }

    /// As our own pages do.
    mutating func post(_ target: String, _ json: [String: Any]) async throws -> LoopbackAnswer {
        let headers = ["Content-Type": "application/json", "Origin": "http://127.0.0.1:\(port)"]
        return try await send("POST", target, headers, try JSONSerialization.data(withJSONObject: json))
    }

    mutating func send(
        _ method: String,
        _ target: String,
        _ headers: [String: String],
        _ body: Data
    ) async throws -> LoopbackAnswer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        if !cookies.isEmpty {
            head += "Cookie: " + cookies.map { "\($0)=\($1)" }.joined(separator: "; ") + "\r\n"
        }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        let text = Array((head + "\r\n").utf8) + body
        let answer = try await onThread { [port] in
            let connection = try LoopbackConnection(port: port)
            try connection.send(text)
            return try connection.answer()
        }
        for (_, value) in answer.headers where value.contains("; HttpOnly") {
            let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
        return answer
    }
}
