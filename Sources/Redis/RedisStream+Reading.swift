extension RedisStream {
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
