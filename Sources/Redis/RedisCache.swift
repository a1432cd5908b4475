package import Core

/// Bytes that may be gone at any time, under keys of one kind; while Redis is away everything is a miss.
package struct RedisCache: Sendable {
    /// Larger values are not kept.
    package static let largestValue = 4 << 20

    private let client: RedisClient
    private let prefix: String
    private let name: String
    private let lookups: Counter

    /// The name tells kinds of values apart, such as `weather`.
    package init(_ client: RedisClient, name: String, metrics: Metrics) {
        self.client = client
        self.name = name
        prefix = "hedgerow:cache:\(name):"
        lookups = metrics.counter(
            "redis_cache_lookups_total",
            "Cache look-ups: hit, miss, or away when Redis did not answer",
            labels: ["cache", "result"]
        )
    }

    /// The value, or `nil` when there is none or Redis is away.
    package func get(_ key: String) async -> [UInt8]? {
        do {
            let reply = try await client.run(RedisCommand("GET", prefix + key))
            lookups.add(1, name, reply.isNull ? "miss" : "hit")
            return reply.isNull ? nil : try reply.bytes()
        } catch {
            lookups.add(1, name, "away")
            return nil
        }
    }

    /// Keeps the value for so long, unless Redis is away or the value too large; returns whether it is kept.
    @discardableResult package func set(_ key: String, _ value: [UInt8], expiresAfter lifetime: Duration) async -> Bool
    {
        guard value.count <= Self.largestValue else { return false }
        let milliseconds = max(1, lifetime.microseconds / 1_000)
        return (try? await client.run(RedisCommand("SET", prefix + key, value, "PX", milliseconds))) != nil
    }

    /// Forgets the value.
    ///
    /// - Throws: `RedisFault` when it may still be there, to be served once Redis is back.
    package func delete(_ key: String) async throws {
        _ = try await client.run(RedisCommand("DEL", prefix + key))
    }
}
