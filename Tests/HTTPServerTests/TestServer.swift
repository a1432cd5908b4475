import Core
import HTTPServer
import Foundation
import Testing
import TestSupport

/// Runs a server on a free port for as long as `body` lasts.
func withServer<Value>(
    _ routes: [Route],
    aliases: [Router.Alias] = [],
    gatekeeper: Gatekeeper? = nil,
    log: Log = .silent,
    metrics: Metrics = Metrics(),
    configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: (Int) async throws -> Value
) async throws -> Value {
    var configuration = ServerConfiguration(port: 0)
    configuration.grace = .seconds(2)
    configure(&configuration)
    let router = try Router(routes, aliases: aliases)
    return try await withServer(router, configuration, gatekeeper: gatekeeper, log: log, metrics: metrics, body)
}

func withServer<Value>(
    _ router: Router,
    _ configuration: ServerConfiguration,
    gatekeeper: Gatekeeper? = nil,
    log: Log = .silent,
    metrics: Metrics = Metrics(),
    _ body: (Int) async throws -> Value
) async throws -> Value {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = HTTPServer(
        configuration: configuration,
        router: router,
        gatekeeper: gatekeeper,
        log: log,
        metrics: metrics,
        onReady: { port in
            continuation.yield(port)
            continuation.finish()
        }
    )
    let running = Task {
        defer { continuation.finish() }
        try await server.run()
    }
    defer { running.cancel() }
    var iterator = ports.makeAsyncIterator()
    let ready = await iterator.next()
    if ready == nil { try await running.value }
    let port = try #require(ready)
    let result: Result<Value, any Error>
    do { result = .success(try await body(port)) } catch { result = .failure(error) }
    running.cancel()
    try await running.value
    return try result.get()
}

/// Sends one request as it stands and reads one answer, off the cooperative pool.
func exchange(_ port: Int, _ request: String, toHead: Bool = false) async throws -> LoopbackAnswer {
    try await onThread {
        let connection = try LoopbackConnection(port: port)
        try connection.send(request)
        return try connection.answer(toHead: toHead)
    }
}

func get(_ path: String, _ fields: String...) -> String {
    "GET \(path) HTTP/1.1\r\nHost: here\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

func post(_ path: String, type: String = "application/json", _ body: String, _ fields: String...) -> String {
    "POST \(path) HTTP/1.1\r\nHost: here\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
        + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}
