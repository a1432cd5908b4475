import Core
import Redis
import TestSupport
import Testing

struct RedisCacheTests {
    @Test func `bytes are kept until they expire or are deleted`() async throws {
        try await withRedis { redis in
            let cache = RedisCache(redis.client, name: "weather", metrics: redis.metrics)
            let other = RedisCache(redis.client, name: "other", metrics: redis.metrics)
            #expect(await cache.get("a") == nil)
            #expect(await cache.set("a", [1, 0, 2], expiresAfter: .seconds(60)))
            #expect(await cache.get("a") == [1, 0, 2])
            #expect(await other.get("a") == nil)
            try await cache.delete("a")
            #expect(await cache.get("a") == nil)
            #expect(await cache.set("b", [], expiresAfter: .milliseconds(30)))
            try await Task.sleep(for: .milliseconds(60))
            #expect(await cache.get("b") == nil)
            #expect(
                !(await cache.set(
                    "c",
                    [UInt8](repeating: 1, count: RedisCache.largestValue + 1),
                    expiresAfter: .seconds(1)
                ))
            )
            #expect(await cache.get("c") == nil)
            let text = redis.metrics.text()
            #expect(text.contains("redis_cache_lookups_total{cache=\"weather\",result=\"hit\"} 1.0\n"))
            #expect(text.contains("redis_cache_lookups_total{cache=\"weather\",result=\"miss\"} 4.0\n"))
        }
    }

    @Test func `while Redis is away everything is a miss, and a deletion says that it was none`() async throws {
        try await withRedis { redis in
            let cache = RedisCache(redis.client, name: "weather", metrics: redis.metrics)
            await cache.set("a", [1], expiresAfter: .seconds(60))
            redis.server.kill()
            #expect(await cache.get("a") == nil)
            #expect(!(await cache.set("a", [1], expiresAfter: .seconds(60))))
            let fault = await redisFault { try await cache.delete("a") }
            #expect(fault?.code == .unavailable)
            #expect(redis.metrics.text().contains("redis_cache_lookups_total{cache=\"weather\",result=\"away\"} 1.0\n"))
            try await redis.server.start()
            try await redis.recovers()
            #expect(await cache.set("a", [2], expiresAfter: .seconds(60)))
            #expect(await cache.get("a") == [2])
        }
    }
}
