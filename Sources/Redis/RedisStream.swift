import Core

/// A stream of entries that groups of consumers share: each entry goes to one consumer of a group, until it is acknowledged.
///
/// It may be emptied or lost with Redis at any time: what must not be lost is kept elsewhere, and an entry only points to it.
package struct RedisStream: Sendable {
    package struct EntryID: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
    }

    package struct Entry: Hashable, Sendable {
        package let id: EntryID
        package let fields: [String: [UInt8]]
    }

    /// What a group was given and has not acknowledged.
    package struct Pending: Hashable, Sendable {
        package let count: Int
        package let byConsumer: [String: Int]
    }

    /// Where a new group begins.
    package enum Start: String, Sendable { case oldest = "0", newest = "$" }

    let client: RedisClient
    let key: String

    package init(_ client: RedisClient, name: String) {
        self.client = client
        key = "hedgerow:stream:\(name)"
    }

    /// Makes the group, and the stream when there is none; returns false when the group was there.
    @discardableResult package func createGroup(_ group: String, from start: Start = .oldest) async throws -> Bool {
        do {
            _ = try await client.run(RedisCommand("XGROUP", "CREATE", key, group, start.rawValue, "MKSTREAM"))
            return true
        } catch let fault as RedisFault where fault.detail == "BUSYGROUP" {
            return false
        }
    }

    /// Adds entries in one round trip; the stream keeps about `capacity` of the newest.
    package func add(_ entries: [[String: [UInt8]]], capacity: Int) async throws -> [EntryID] {
        let commands = entries.map { fields in
            let pairs = fields.sorted { $0.key < $1.key }.flatMap { [$0.key as any RedisWord, $0.value] }
            return RedisCommand("XADD", [key, "MAXLEN", "~", capacity, "*"] + pairs)
        }
        return try await client.pipeline(commands).map { EntryID(rawValue: try $0.text()) }
    }

    /// Entries that no consumer of the group has had yet, oldest first; waits up to `patience` for the first one.
    ///
    /// A group that went with a restart of Redis is made again.
    package func read(
        group: String,
        consumer: String,
        count: Int,
        waiting patience: Duration? = nil
    ) async throws -> [Entry] {
        var words: [any RedisWord] = ["GROUP", group, consumer, "COUNT", count]
        if let patience { words += ["BLOCK", max(1, patience.microseconds / 1_000)] as [any RedisWord] }
        words += ["STREAMS", key, ">"] as [any RedisWord]
        let command = RedisCommand("XREADGROUP", words)
        let reply = try await remaking(group) {
            guard let patience else { return try await client.run(command) }
            return try await client.wait(for: command, patience: patience)
        }
        return try entries(inStreams: reply)
    }

    /// Entries that this consumer was given before and has not acknowledged, oldest first: what a restart left behind.
    package func readAgain(
        group: String,
        consumer: String,
        after id: EntryID? = nil,
        count: Int
    ) async throws -> [Entry] {
        let start = id?.rawValue ?? "0"
        let command = RedisCommand("XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", key, start)
        return try entries(inStreams: try await remaking(group) { try await client.run(command) })
    }

    /// Says that the entries are done with; returns how many were pending.
    @discardableResult package func acknowledge(_ ids: [EntryID], group: String) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await client.run(RedisCommand("XACK", [key, group] + ids.map(\.rawValue))).integer()
    }

    /// Acknowledges and removes the entries in one round trip, for a stream with one group.
    package func finish(_ ids: [EntryID], group: String) async throws {
        guard !ids.isEmpty else { return }
        let words: [any RedisWord] = ids.map(\.rawValue)
        let replies = try await client.pipeline([
            RedisCommand("XACK", [key, group] + words), RedisCommand("XDEL", [key] + words),
        ])
        for reply in replies { _ = try reply.integer() }
    }

    /// Takes over entries that some consumer has held for longer than `idle`; go on from `next` until it is `nil`.
    package func claimStale(
        group: String,
        consumer: String,
        idle: Duration,
        from start: EntryID? = nil,
        count: Int
    ) async throws -> (entries: [Entry], next: EntryID?) {
        let milliseconds = idle.microseconds / 1_000
        let command = RedisCommand(
            "XAUTOCLAIM",
            key,
            group,
            consumer,
            milliseconds,
            start?.rawValue ?? "0-0",
            "COUNT",
            count
        )
        let parts = try await remaking(group) { try await client.run(command) }.array()
        guard parts.count >= 2 else { throw RedisFault(.protocol, "a claim without entries") }
        let next = try parts[0].text()
        return (try entries(in: parts[1]), next == "0-0" ? nil : EntryID(rawValue: next))
    }

    package func pending(group: String) async throws -> Pending {
        let parts = try await remaking(group) { try await client.run(RedisCommand("XPENDING", key, group)) }.array()
        guard parts.count == 4 else { throw RedisFault(.protocol, "pending entries without their numbers") }
        var byConsumer: [String: Int] = [:]
        for pair in parts[3].isNull ? [] : try parts[3].array() {
            let words = try pair.array()
            guard words.count == 2, let count = Int(try words[1].text()) else {
                throw RedisFault(.protocol, "a consumer without a number")
            }
            byConsumer[try words[0].text()] = count
        }
        return Pending(count: try parts[0].integer(), byConsumer: byConsumer)
    }

    /// Entries in the stream, whether or not somebody had them.
    package func length() async throws -> Int {
        try await client.run(RedisCommand("XLEN", key)).integer()
    }

    private func remaking(_ group: String, _ body: () async throws -> RedisReply) async throws -> RedisReply {
        do {
            return try await body()
        } catch let fault as RedisFault where fault.detail == "NOGROUP" {
            try await createGroup(group)
            return try await body()
        }
    }
}
