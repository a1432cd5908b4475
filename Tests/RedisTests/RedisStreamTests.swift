import Redis
import TestSupport
import Testing

struct RedisStreamTests {
    private func number(_ entry: RedisStream.Entry) -> Int? {
        entry.fields["id"].flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }

    private func entries(_ range: Range<Int>) -> [[String: [UInt8]]] { range.map { ["id": Array("\($0)".utf8)] } }

    @Test func `each entry goes to one consumer of a group, in order, until it is acknowledged`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            #expect(try await stream.createGroup("workers"))
            #expect(!(try await stream.createGroup("workers")))
            let ids = try await stream.add(entries(0..<10), capacity: 1_000)
            #expect(Set(ids).count == 10)
            let first = try await stream.read(group: "workers", consumer: "a", count: 4)
            let second = try await stream.read(group: "workers", consumer: "b", count: 100)
            #expect(first.map(number) == [0, 1, 2, 3])
            #expect(second.map(number) == [4, 5, 6, 7, 8, 9])
            #expect(first.map(\.id) + second.map(\.id) == ids)
            #expect(try await stream.read(group: "workers", consumer: "a", count: 1).isEmpty)
            #expect(try await stream.acknowledge(Array(ids.prefix(2)), group: "workers") == 2)
            let pending = try await stream.pending(group: "workers")
            #expect(pending.count == 8 && pending.byConsumer == ["a": 2, "b": 6])
            #expect(try await stream.readAgain(group: "workers", consumer: "a", count: 9).map(number) == [2, 3])
            let after = try await stream.readAgain(group: "workers", consumer: "a", after: ids[2], count: 9)
            #expect(after.map(number) == [3])
            try await stream.finish(Array(ids.dropFirst(2)), group: "workers")
            #expect(try await stream.length() == 2)
            #expect(try await stream.pending(group: "workers").count == 0)
        }
    }

    @Test func `a read waits for what is added meanwhile, and not for ever`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            try await stream.createGroup("workers")
            let start = ContinuousClock.now
            #expect(
                try await stream.read(group: "workers", consumer: "a", count: 1, waiting: .milliseconds(50)).isEmpty
            )
            #expect(ContinuousClock.now - start >= .milliseconds(45))
            async let waiting = stream.read(group: "workers", consumer: "a", count: 1, waiting: .seconds(30))
            try await Task.sleep(for: .milliseconds(50))
            _ = try await stream.add(entries(7..<8), capacity: 10)
            #expect(try await waiting.map(number) == [7])
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func `what a dead consumer holds is claimed, all of it, page by page`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            try await stream.createGroup("workers")
            let ids = try await stream.add(entries(0..<25), capacity: 1_000)
            _ = try await stream.read(group: "workers", consumer: "dead", count: 25)
            #expect(
                try await stream.claimStale(group: "workers", consumer: "b", idle: .seconds(60), count: 9).entries
                    .isEmpty
            )
            try await stream.finish([ids[3]], group: "nobody")
            var claimed: [Int?] = []
            var next: RedisStream.EntryID?
            repeat {
                let page = try await stream.claimStale(
                    group: "workers",
                    consumer: "b",
                    idle: .zero,
                    from: next,
                    count: 10
                )
                claimed += page.entries.map(number)
                next = page.next
            } while next != nil
            #expect(claimed == (0..<25).filter { $0 != 3 })
            #expect(try await stream.pending(group: "workers").byConsumer == ["b": 24])
        }
    }

    @Test func `a stream is kept short`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            for start in stride(from: 0, to: 5_000, by: 500) {
                _ = try await stream.add(entries(start..<start + 500), capacity: 1_000)
            }
            let length = try await stream.length()
            #expect((1_000..<1_500).contains(length))
        }
    }

    @Test func `a group that was lost with all of Redis is made again, and reads what came after`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            try await stream.createGroup("workers")
            _ = try await stream.add(entries(0..<3), capacity: 10)
            redis.server.kill()
            try await redis.server.start()
            try await redis.recovers()
            #expect(try await stream.length() == 0)
            _ = try await stream.add(entries(5..<6), capacity: 10)
            #expect(try await stream.read(group: "workers", consumer: "a", count: 9).map(number) == [5])
            _ = try await redis.client.run(RedisCommand("FLUSHALL"))
            #expect(try await stream.pending(group: "workers").count == 0)
            _ = try await redis.client.run(RedisCommand("FLUSHALL"))
            #expect(try await stream.claimStale(group: "workers", consumer: "a", idle: .zero, count: 1).entries.isEmpty)
        }
    }

    @Test func `a reader whose server dies while it waits is told, and reads on afterwards`() async throws {
        try await withRedis { redis in
            let stream = RedisStream(redis.client, name: "jobs")
            try await stream.createGroup("workers")
            async let fault = redisFault {
                try await stream.read(group: "workers", consumer: "a", count: 1, waiting: .seconds(30))
            }
            try await Task.sleep(for: .milliseconds(100))
            redis.server.kill()
            #expect(await fault?.code == .unavailable)
            try await redis.server.start()
            try await redis.recovers()
            _ = try await stream.add(entries(1..<2), capacity: 10)
            let read = try await stream.read(group: "workers", consumer: "a", count: 1, waiting: .seconds(5))
            #expect(read.map(number) == [1])
        }
    }
}
