import Core
import Redis
import TestSupport
import Testing

/// A server of its own and a client of it, for one test.
struct RedisAtHand {
    let server: RedisServer
    let client: RedisClient
    let metrics: Metrics

    /// Tries every few milliseconds until Redis answers again.
    func recovers(within limit: Duration = .seconds(20)) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if (try? await client.run(RedisCommand("PING"))) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("Redis did not come back within \(limit)")
    }
}

func withRedis<Value>(
    password: String? = nil,
    url: (Int) -> String = { "redis://127.0.0.1:\($0)" },
    options adjust: (inout RedisOptions) -> Void = { _ in },
    _ body: (RedisAtHand) async throws -> Value
) async throws -> Value {
    try await RedisServer.running(password: password) { server in
        var options = RedisOptions()
        options.firstPause = .milliseconds(20)
        options.longestPause = .milliseconds(200)
        adjust(&options)
        let metrics = Metrics()
        let client = RedisClient(try RedisAddress(url(server.port)), options: options, metrics: metrics, log: .silent)
        defer { client.close() }
        return try await body(RedisAtHand(server: server, client: client, metrics: metrics))
    }
}

/// The fault that `body` throws; `nil` when it throws none.
func redisFault<Value>(_ body: () async throws -> Value) async -> RedisFault? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RedisFault
    }
}
