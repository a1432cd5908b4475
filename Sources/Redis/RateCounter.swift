package import Core

/// Counts uses over a sliding window, common to all servers, by the clock of Redis.
///
/// Two windows are kept: what was used in the one before counts by the share of it that still lies within reach.
package struct RateCounter: RateCounting {
    private let client: RedisClient

    package init(_ client: RedisClient) { self.client = client }

    /// Counts `cost` uses of `key` if they fit; what is refused is not counted.
    ///
    /// - Throws: `RedisFault`; whoever asks counts in its own memory meanwhile.
    package func use(_ key: String, cost: Int = 1, limit: Int, per window: Duration) async throws -> RateStanding {
        precondition(
            (1...limit).contains(cost) && window >= .milliseconds(1),
            "a rate needs a limit, a cost and a window"
        )
        let reply = try await client.evaluate(
            Self.script,
            keys: ["hedgerow:rate:\(key)"],
            arguments: [window.microseconds, limit, cost]
        )
        let numbers = try reply.array().map { part throws(RedisFault) in try part.integer() }
        guard numbers.count == 4 else { throw RedisFault(.protocol, "a rate without its four numbers") }
        return RateStanding(
            isAllowed: numbers[0] == 1,
            used: numbers[1],
            limit: limit,
            reset: .microseconds(numbers[2]),
            retryAfter: .microseconds(numbers[3])
        )
    }

    /// Fields of the hash: number of the window, uses in it, uses in the one before.
    private static let script = RedisScript(
        """
        local window, limit, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local index = math.floor(now / window)
        local passed = now - index * window
        local kept = redis.call('HMGET', KEYS[1], 'window', 'current', 'before')
        local age = index - (tonumber(kept[1]) or -2)
        local current, before = 0, 0
        if age <= 0 then
            current, before = tonumber(kept[2]), tonumber(kept[3])
        elseif age == 1 then
            before = tonumber(kept[2])
        end
        local used = current + before * (1 - passed / window)
        local allowed, retry = 0, 0
        if used + cost <= limit then
            allowed = 1
            used = used + cost
            current = current + cost
            redis.call('HSET', KEYS[1], 'window', index, 'current', current, 'before', before)
            redis.call('PEXPIRE', KEYS[1], math.ceil(window * 2 / 1000))
        elseif current + cost <= limit then
            retry = window * (1 - (limit - current - cost) / before) - passed
        else
            retry = window - passed + window * (1 - (limit - cost) / current)
        end
        local reset = 0
        if current > 0 then
            reset = 2 * window - passed
        elseif before > 0 then
            reset = window - passed
        end
        return {allowed, math.ceil(used - 0.000001), math.floor(reset), math.ceil(retry)}
        """
    )
}
