import Core

extension RedisStream {
    /// Entries of any of the streams that no consumer of the group has had yet, with the stream of each.
    ///
    /// Waits up to `patience` for the first one; at most `count` of each stream.
    package static func read(
        anyOf streams: [RedisStream],
        group: String,
        consumer: String,
        count: Int,
        waiting patience: Duration
    ) async throws -> [(stream: RedisStream, entries: [Entry])] {
        guard let first = streams.first else { return [] }
        let milliseconds = max(1, patience.microseconds / 1_000)
        var words: [any RedisWord] = ["GROUP", group, consumer, "COUNT", count, "BLOCK", milliseconds, "STREAMS"]
        words += streams.map(\.key) as [any RedisWord]
        words += streams.map { _ in ">" } as [any RedisWord]
        let command = RedisCommand("XREADGROUP", words)
        let reply: RedisReply
        do {
            reply = try await first.client.wait(for: command, patience: patience)
        } catch let fault as RedisFault where fault.detail == "NOGROUP" {
            for stream in streams { try await stream.createGroup(group) }
            reply = try await first.client.wait(for: command, patience: patience)
        }
        guard !reply.isNull else { return [] }
        return try reply.array().compactMap { part in
            let pair = try part.array()
            guard pair.count == 2 else { throw RedisFault(.protocol, "a stream without entries") }
            let key = try pair[0].text()
            guard let stream = streams.first(where: { $0.key == key }) else { return nil }
            return (stream, try stream.entries(in: pair[1]))
        }
    }

    /// Entries of the only stream that was asked; none when the wait was in vain.
    func entries(inStreams reply: RedisReply) throws -> [Entry] {
        guard !reply.isNull, let stream = try reply.array().first else { return [] }
        let parts = try stream.array()
        guard parts.count == 2 else { throw RedisFault(.protocol, "a stream without entries") }
        return try entries(in: parts[1])
    }

    /// Leaves out entries that were removed while they were pending.
    func entries(in reply: RedisReply) throws -> [Entry] {
        try reply.array().compactMap { entry in
            guard !entry.isNull else { return nil }
            let parts = try entry.array()
            guard parts.count == 2 else { throw RedisFault(.protocol, "an entry without fields") }
            guard !parts[1].isNull else { return nil }
            let words = try parts[1].array()
            var fields: [String: [UInt8]] = [:]
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                fields[try words[index].text()] = try words[index + 1].bytes()
            }
            return Entry(id: EntryID(rawValue: try parts[0].text()), fields: fields)
        }
    }
}
