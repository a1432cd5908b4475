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

    @Test func `a signal reaches listeners of its topic in every process, from the moment they listen`() async throws {
        try await withRedis { redis in
            let here = RedisSignalBus(redis.client)
            let other = try stranger(redis.server)
            defer { other.close() }
            let there = RedisSignalBus(other)
            var first = await here.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
            var second = await here.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
            var third = await there.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
            var cameras = await here.subscribe(to: "cameras", depth: 10).makeAsyncIterator()
            let payload: [UInt8] = [0, 13, 10, 255]
            try await there.publish(payload, to: "leaves")
            try await here.publish([2], to: "cameras")
            try await here.publish([3], to: "leaves")
            #expect(await first.next() == .message(payload))
            #expect(await second.next() == .message(payload))
            #expect(await third.next() == .message(payload))
            #expect(await first.next() == .message([3]))
            #expect(await third.next() == .message([3]))
            #expect(await cameras.next() == .message([2]))
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

    @Test func `a slow listener is told how many it missed`() async throws {
        try await withRedis { redis in
            let bus = RedisSignalBus(redis.client)
            var slow = await bus.subscribe(to: "a", depth: 3).makeAsyncIterator()
            var quick = await bus.subscribe(to: "a", depth: 100).makeAsyncIterator()
            for number in UInt8(0)..<50 { try await bus.publish([number], to: "a") }
            for number in UInt8(0)..<50 { #expect(await quick.next() == .message([number])) }
            #expect(await slow.next() == .missed(47))
            #expect(await slow.next() == .message([47]))
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
