import Core
import Redis
import TestSupport
import Testing

struct RedisSignalBusTests {
    /// A second process, as far as Redis can tell.
    private func stranger(_ server: RedisServer, database: Int = 0) throws -> RedisClient {
        RedisClient(
            try RedisAddress("redis://127.0.0.1:\(server.port)/\(database)"),
            metrics: Metrics(),
            log: .silent
        )
    }

    @Test func `it does what every bus does, between processes too`() async throws {
        try await withRedis { redis in
            let other = try stranger(redis.server)
            defer { other.close() }
            try await expectSignals(between: RedisSignalBus(redis.client), and: RedisSignalBus(other))
        }
    }

    @Test func `a numbered database has topics of its own`() async throws {
        try await withRedis { redis in
            let other = try stranger(redis.server, database: 1)
            defer { other.close() }
            let bus = RedisSignalBus(redis.client)
            var listener = await bus.subscribe(to: "a", depth: 10).makeAsyncIterator()
            try await RedisSignalBus(other).publish([1], to: "a")
            try await bus.publish([2], to: "a")
            #expect(await listener.next() == .message([2]))
        }
    }

    @Test func `after a restart it listens again and says so, and signals arrive as before`() async throws {
        try await withRedis { redis in
            let bus = RedisSignalBus(redis.client)
            var listener = await bus.subscribe(to: "a", depth: 100).makeAsyncIterator()
            try await bus.publish([1], to: "a")
            #expect(await listener.next() == .message([1]))
            redis.server.kill()
            try await redis.server.start()
            #expect(await listener.next() == .interrupted)
            let other = try stranger(redis.server)
            defer { other.close() }
            try await RedisSignalBus(other).publish([2], to: "a")
            #expect(await listener.next() == .message([2]))
        }
    }

    @Test func `while Redis is away signals reach the listeners of this process, old and new`() async throws {
        try await withRedis { redis in
            let bus = RedisSignalBus(redis.client)
            var old = await bus.subscribe(to: "a", depth: 100).makeAsyncIterator()
            redis.server.kill()
            var new = await bus.subscribe(to: "b", depth: 100).makeAsyncIterator()
            try await bus.publish([1], to: "a")
            try await bus.publish([2], to: "b")
            #expect(await old.next() == .message([1]))
            #expect(await new.next() == .message([2]))
            try await redis.server.start()
            #expect(await old.next() == .interrupted)
            #expect(await new.next() == .interrupted)
        }
    }

    @Test func `nobody listens, nothing is asked of Redis`() async throws {
        try await withRedis { redis in
            let bus = RedisSignalBus(redis.client)
            func channels() async throws -> Int {
                try await redis.client.run(RedisCommand("PUBSUB", "CHANNELS")).array().count
            }
            do {
                let sequence = await bus.subscribe(to: "a", depth: 3)
                #expect(try await channels() == 1)
                _ = sequence
            }
            let deadline = ContinuousClock.now + .seconds(20)
            while try await channels() > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await channels() == 0)
            var again = await bus.subscribe(to: "a", depth: 3).makeAsyncIterator()
            try await bus.publish([1], to: "a")
            #expect(await again.next() == .message([1]))
        }
    }

    @Test func `a server that went silent is noticed`() async throws {
        try await withRedis(options: {
            $0.commandTimeout = .milliseconds(50)
        }) { redis in
            let bus = RedisSignalBus(redis.client)
            var listener = await bus.subscribe(to: "a", depth: 3).makeAsyncIterator()
            redis.server.freeze()
            // Neither end of the connection is closed: only the silence tells.
            try await Task.sleep(for: .milliseconds(600))
            redis.server.thaw()
            #expect(await listener.next() == .interrupted)
        }
    }
}
