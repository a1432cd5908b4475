import Core
import Redis
import Testing

struct RateCounterTests {
    @Test func `uses fit up to the limit, and what is refused says when to come back`() async throws {
        try await withRedis { redis in
            let counter = RateCounter(redis.client)
            for used in 1...5 {
                let standing = try await counter.use("anna", limit: 5, per: .seconds(3_600))
                #expect(standing.isAllowed && standing.used == used && standing.limit == 5)
                #expect(standing.retryAfter == .zero)
                #expect(standing.reset > .seconds(3_600) && standing.reset <= .seconds(7_200))
            }
            let refused = try await counter.use("anna", limit: 5, per: .seconds(3_600))
            #expect(!refused.isAllowed && refused.used == 5)
            #expect(refused.retryAfter > .zero && refused.retryAfter < .seconds(7_200))
            #expect(try await counter.use("ben", limit: 5, per: .seconds(3_600)).used == 1)
            #expect(!(try await counter.use("ben", cost: 5, limit: 5, per: .seconds(3_600)).isAllowed))
            #expect(try await counter.use("ben", cost: 4, limit: 5, per: .seconds(3_600)).used == 5)
        }
    }

    @Test func `after the time it names, the same use is allowed`() async throws {
        try await withRedis { redis in
            let counter = RateCounter(redis.client)
            var standing = try await counter.use("a", cost: 4, limit: 4, per: .milliseconds(200))
            #expect(standing.isAllowed)
            // Never while refused uses are repeated, because these do not count.
            repeat {
                standing = try await counter.use("a", limit: 4, per: .milliseconds(200))
                if !standing.isAllowed {
                    #expect(standing.retryAfter <= .milliseconds(401))
                    try await Task.sleep(for: standing.retryAfter)
                    standing = try await counter.use("a", limit: 4, per: .milliseconds(200))
                    #expect(standing.isAllowed, "\(standing)")
                }
            } while !standing.isAllowed
            try await Task.sleep(for: standing.reset + .milliseconds(1))
            let fresh = try await counter.use("a", limit: 4, per: .milliseconds(200))
            #expect(fresh.used == 1)
        }
    }

    @Test func `many servers at once never let more through than the limit`() async throws {
        try await withRedis { redis in
            let allowed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await RateCounter(redis.client).use("k", limit: 50, per: .seconds(3_600)).isAllowed ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(allowed == 50)
            let memory = try await redis.client.run(RedisCommand("PTTL", "hedgerow:rate:k")).integer()
            #expect(memory > 0, "a count that nobody asks for goes away")
        }
    }

    @Test func `the script is sent again to a server that forgot it`() async throws {
        try await withRedis { redis in
            let counter = RateCounter(redis.client)
            #expect(try await counter.use("k", limit: 5, per: .seconds(3_600)).used == 1)
            _ = try await redis.client.run(RedisCommand("SCRIPT", "FLUSH"))
            #expect(try await counter.use("k", limit: 5, per: .seconds(3_600)).used == 2)
        }
    }
}
