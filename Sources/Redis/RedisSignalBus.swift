package import Core

/// Signals between all processes that use the same Redis; while it is away, between the tasks of this one.
package struct RedisSignalBus: SignalBus {
    private let client: RedisClient
    private let channels: SignalChannels

    package init(_ client: RedisClient) {
        self.client = client
        channels = SignalChannels(client.address)
    }

    package func publish(_ payload: [UInt8], to topic: SignalTopic) async throws(SignalFault) {
        try SignalFault.check(payload, to: topic)
        do {
            _ = try await client.run(RedisCommand("PUBLISH", channels.channel(of: topic), payload))
        } catch {
            client.subscriber.deliver(payload, to: topic)
        }
    }

    package func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence {
        await client.subscriber.subscribe(to: topic, depth: depth)
    }
}

/// How topics are called in Redis, where channels are common to all its numbered databases.
struct SignalChannels: Sendable {
    private let prefix: String

    init(_ address: RedisAddress) { prefix = "hedgerow:\(address.database):signal:" }

    func channel(of topic: SignalTopic) -> String { prefix + topic.rawValue }

    func topic(of channel: String) -> SignalTopic? {
        channel.hasPrefix(prefix) ? SignalTopic(rawValue: String(channel.dropFirst(prefix.count))) : nil
    }
}
