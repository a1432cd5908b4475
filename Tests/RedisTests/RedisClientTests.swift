import Core
import Redis
import Synchronization
import TestSupport
import Testing

struct RedisClientTests {
    @Test func `each kind of reply is what it is, and another kind is a fault of protocol`() async throws {
        try await withRedis { redis in
            let client = redis.client
            let bytes: [UInt8] = [0, 13, 10, 255, 36]
            #expect(try await client.run(RedisCommand("SET", "k", bytes)) == .status("OK"))
            #expect(try await client.run(RedisCommand("GET", "k")).bytes() == bytes)
            #expect(try await client.run(RedisCommand("GET", "none")).isNull)
            #expect(try await client.run(RedisCommand("SET", "empty", "")).text() == "OK")
            #expect(try await client.run(RedisCommand("GET", "empty")).bytes().isEmpty)
            #expect(try await client.run(RedisCommand("INCRBY", "n", -41)).integer() == -41)
            let nested = try await client.run(RedisCommand("EVAL", "return {1, {'a', {}}, false}", 0))
            #expect(nested == .array([.integer(1), .array([.bytes([97]), .array([])]), .null]))
            let fault = await redisFault { try await client.run(RedisCommand("GET", "k")).integer() }
            #expect(fault?.code == .protocol)
            let large = [UInt8](repeating: 7, count: 5_000_000)
            _ = try await client.run(RedisCommand("SET", "large", large))
            #expect(try await client.run(RedisCommand("GET", "large")).bytes() == large)
        }
    }

    @Test func `a pipeline keeps its order, and an error in it spares the rest`() async throws {
        try await withRedis { redis in
            let commands = (0..<1_000).map { RedisCommand("SET", "k\($0)", $0) }
            #expect(try await redis.client.pipeline(commands).count == 1_000)
            let replies = try await redis.client.pipeline([
                RedisCommand("GET", "k7"), RedisCommand("LPUSH", "k7", "x"), RedisCommand("GET", "k8"),
            ])
            #expect(replies[0] == .bytes([UInt8(ascii: "7")]))
            #expect(replies[1] == .error(RedisFault(.refused, "WRONGTYPE")))
            #expect(replies[2] == .bytes([UInt8(ascii: "8")]))
            #expect(try await redis.client.pipeline([]).isEmpty)
        }
    }

    @Test func `many tasks share a few connections, and each gets its own reply`() async throws {
        try await withRedis { redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<2_000 {
                    group.addTask {
                        _ = try await redis.client.run(RedisCommand("SET", "key\(number)", number))
                        let text = try await redis.client.run(RedisCommand("GET", "key\(number)")).text()
                        #expect(text == "\(number)")
                    }
                }
                try await group.waitForAll()
            }
            let connected = try await redis.client.run(RedisCommand("CLIENT", "LIST")).text().split(separator: "\n")
            #expect(connected.count <= RedisOptions().connections)
            #expect(redis.metrics.text().contains("redis_commands_total{command=\"GET\"} 2000.0\n"))
            #expect(redis.metrics.text().contains("redis_command_seconds_count 4001\n"))
        }
    }

    @Test func `a password is needed, sent, and never shown`() async throws {
        let log = KeptLines()
        try await withRedis(password: "geheim@1", url: { "redis://:geheim%401@127.0.0.1:\($0)/3" }) { redis in
            #expect(try await redis.client.run(RedisCommand("PING")).text() == "PONG")
            #expect(try await redis.client.run(RedisCommand("CLIENT", "LIST")).text().contains(" db=3 "))
            for (url, word) in [
                ("redis://:falsch@", "WRONGPASS"), ("redis://", "NOAUTH"), ("redis://a:falsch@", "WRONGPASS"),
            ] {
                let client = RedisClient(
                    try RedisAddress(url + "127.0.0.1:\(redis.server.port)"),
                    metrics: Metrics(),
                    log: Log(to: log)
                )
                let fault = await redisFault { try await client.run(RedisCommand("PING")) }
                #expect(fault == RedisFault(.refused, word))
                #expect(fault?.cure.contains("password") == true)
                client.close()
            }
        }
        #expect(log.text.contains("WRONGPASS") && !log.text.contains("falsch"))
    }

    @Test func `a fault of the server does not quote what was sent`() async throws {
        try await withRedis { redis in
            let fault = await redisFault { try await redis.client.run(RedisCommand("NOSUCH", "geheim")) }
            #expect(fault == RedisFault(.refused, "ERR"))
        }
    }

    @Test func `a restarted server is used again, with no command lost to the dead connection`() async throws {
        try await withRedis { redis in
            _ = try await redis.client.run(RedisCommand("SET", "k", 1))
            redis.server.kill()
            try await redis.server.start()
            // At the first command after it, not after a failure.
            #expect(try await redis.client.run(RedisCommand("GET", "k")).isNull)
            #expect(redis.metrics.text().contains("redis_reconnects_total 1.0\n"))
        }
    }

    @Test func `while the server is away commands fail at once, and it recovers by itself`() async throws {
        try await withRedis { redis in
            _ = try await redis.client.run(RedisCommand("PING"))
            redis.server.kill()
            let start = ContinuousClock.now
            for _ in 0..<200 {
                let fault = await redisFault { try await redis.client.run(RedisCommand("PING")) }
                #expect(fault?.code == .unavailable)
            }
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(redis.metrics.text().contains("redis_errors_total{kind=\"unavailable\"} 200.0\n"))
            try await redis.server.start()
            try await redis.recovers()
            #expect(try await redis.client.run(RedisCommand("SET", "k", 1)).text() == "OK")
        }
    }

    @Test func `a command that is refused here does not keep others from trying`() async throws {
        try await withRedis(options: { $0.waiters = 0 }) { redis in
            redis.server.kill()
            let away = await redisFault { try await redis.client.run(RedisCommand("PING")) }
            #expect(away?.code == .unavailable)
            try await Task.sleep(for: .milliseconds(250))
            let fault = await redisFault {
                try await redis.client.wait(for: RedisCommand("BLPOP", "list", 1), patience: .seconds(1))
            }
            #expect(fault?.code == .busy)
            try await redis.server.start()
            try await redis.recovers()
        }
    }

    @Test func `killed in the middle of traffic, every command is answered or fails, and work goes on`() async throws {
        try await withRedis { redis in
            let answered = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<20 {
                    group.addTask {
                        for number in 0..<200 {
                            let fault = await redisFault {
                                try await redis.client.run(RedisCommand("SET", "w\(worker).\(number)", number))
                            }
                            if fault == nil { answered.add() }
                            #expect(fault == nil || fault?.code == .unavailable)
                            if fault != nil { try await Task.sleep(for: .milliseconds(5)) }
                        }
                    }
                }
                group.addTask {
                    while answered.count < 100 { try await Task.sleep(for: .milliseconds(1)) }
                    redis.server.kill()
                    try await redis.server.start()
                }
                try await group.waitForAll()
            }
            try await redis.recovers()
            #expect(answered.count > 100)
        }
    }

    @Test func `a server that does not answer costs no more than the limit`() async throws {
        try await withRedis(options: {
            $0.commandTimeout = .milliseconds(300)
        }) { redis in
            _ = try await redis.client.run(RedisCommand("PING"))
            redis.server.freeze()
            let start = ContinuousClock.now
            let fault = await redisFault { try await redis.client.run(RedisCommand("PING")) }
            #expect(fault?.code == .unavailable)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            #expect(ContinuousClock.now - start < .seconds(10))
            redis.server.thaw()
            try await redis.recovers()
        }
    }

    @Test func `a cancelled task does not wait for the reply, and the connection stays good`() async throws {
        try await withRedis { redis in
            _ = try await redis.client.run(RedisCommand("SET", "k", "v"))
            redis.server.freeze()
            let task = Task { try await redis.client.run(RedisCommand("GET", "k")) }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            redis.server.thaw()
            #expect(try await redis.client.run(RedisCommand("GET", "k")).text() == "v")
            #expect(redis.metrics.text().contains("redis_reconnects_total 0.0\n"))
        }
    }

    @Test func `a command that waits has its own connection, and cancellation ends it`() async throws {
        try await withRedis(options: {
            $0.connections = 1
            $0.waiters = 1
        }) { redis in
            let task = Task {
                try await redis.client.wait(for: RedisCommand("BLPOP", "list", 60), patience: .seconds(60))
            }
            let isWaiting = {
                try await redis.client.run(RedisCommand("CLIENT", "LIST")).text().contains(" cmd=blpop ")
            }
            // Others are not held up, and there is no second place to wait.
            try await eventually("the command waits") { try await isWaiting() }
            let fault = await redisFault {
                try await redis.client.wait(for: RedisCommand("BLPOP", "list", 1), patience: .seconds(1))
            }
            #expect(fault?.code == .busy)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // Until Redis sees that the one who waited has gone, it would give the word to nobody.
            try await eventually("Redis has seen the end") { try await !isWaiting() }
            _ = try await redis.client.run(RedisCommand("RPUSH", "list", "x"))
            var words: [RedisReply] = []
            try await eventually("there is a place to wait again") {
                let command = RedisCommand("BLPOP", "list", 1)
                words = (try? await redis.client.wait(for: command, patience: .seconds(1)).array()) ?? []
                return !words.isEmpty
            }
            #expect(try words[1].text() == "x")
        }
    }

    @Test func `a full line refuses, and a closed client does too`() async throws {
        try await withRedis(options: {
            $0.connections = 1
            $0.depth = 3
        }) { redis in
            _ = try await redis.client.run(RedisCommand("PING"))
            redis.server.freeze()
            try await withThrowingTaskGroup(of: RedisFault?.self) { group in
                for _ in 0..<10 {
                    group.addTask { await redisFault { try await redis.client.run(RedisCommand("PING")) } }
                }
                let refused = try await #require(group.next())
                #expect(refused?.code == .busy)
                redis.server.thaw()
                var answered = 0
                for try await fault in group where fault == nil { answered += 1 }
                #expect(answered >= 3)
            }
            redis.client.close()
            let fault = await redisFault { try await redis.client.run(RedisCommand("PING")) }
            #expect(fault?.code == .unavailable)
        }
    }

    @Test func `a server that speaks something else is not Redis`() async throws {
        try await withRedis { redis in
            let fault = await redisFault {
                try await redis.client.run(RedisCommand("EVAL", "return redis.error_reply('x')", 0))
            }
            #expect(fault?.code == .refused)
        }
        let other = try OtherServer(says: "HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { other.stop() }
        let client = RedisClient(try RedisAddress("redis://127.0.0.1:\(other.port)"), metrics: Metrics(), log: .silent)
        defer { client.close() }
        let fault = await redisFault { try await client.run(RedisCommand("PING")) }
        #expect(fault?.code == .protocol)
    }

    @Test func `health is degraded with the cure while Redis is away, and well when it is back`() async throws {
        try await withRedis { redis in
            let health = RedisHealth(redis.client)
            #expect(await health.check() == .healthy)
            redis.server.kill()
            let away = await health.check()
            #expect(away.status == .degraded)
            #expect(away.detail?.contains("start Redis") == true)
            #expect(away.detail?.contains("127.0.0.1") == false)
            try await redis.server.start()
            try await redis.recovers()
            #expect(await health.check() == .healthy)
        }
    }
}

private final class KeptLines: LogSink {
    private let lines = Mutex<[UInt8]>([])
    func write(_ line: [UInt8]) { lines.withLock { $0 += line } }
    var text: String { String(decoding: lines.withLock { $0 }, as: UTF8.self) }
}

private final class Tally: Sendable {
    private let number = Mutex(0)
    func add() { number.withLock { $0 += 1 } }
    var count: Int { number.withLock { $0 } }
}
