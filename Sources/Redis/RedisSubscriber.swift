import Core

extension SignalReceiver {
    /// Listens to Redis.
    convenience init(_ link: RedisLink, metrics: Metrics) {
        let channels = SignalChannels(link.address)
        self.init(
            name: "redis-subscriber",
            pauses: Backoff(first: link.options.firstPause, longest: link.options.longestPause),
            metrics: metrics,
            words: { topic, isWanted in
                RedisCommand(isWanted ? "SUBSCRIBE" : "UNSUBSCRIBE", channels.channel(of: topic)).encoded
            },
            connect: { isReplacement in
                RedisSubscriber(
                    try link.connect(replacing: isReplacement),
                    channels,
                    patience: link.options.commandTimeout
                )
            }
        )
    }
}

/// A connection that listens, once it was asked to.
final class RedisSubscriber: SignalConnection {
    private let connection: RedisConnection
    private let channels: SignalChannels
    private let patience: Duration
    private var silence = 0

    init(_ connection: RedisConnection, _ channels: SignalChannels, patience: Duration) {
        self.connection = connection
        self.channels = channels
        self.patience = patience
    }

    var wire: Wire { connection.wire }

    /// So many times the command's limit without a word, and Redis is asked whether it is there.
    private static let quietRounds = 5

    func receive(isAnswerDue: Bool) throws -> SignalArrival? {
        if let reply = try connection.receiveIfAny(before: .now + patience) {
            silence = 0
            return try arrival(reply)
        }
        silence += 1
        if isAnswerDue || silence > Self.quietRounds { throw RedisFault(.unavailable, "no reply in time") }
        if silence == Self.quietRounds { wire.offer(RedisCommand("PING").encoded) }
        return nil
    }

    private func arrival(_ reply: RedisReply) throws(RedisFault) -> SignalArrival? {
        guard case .array(let parts) = try reply.accepted(), parts.count == 3 else { return nil }
        guard let topic = channels.topic(of: try parts[1].text()) else { return nil }
        return switch try parts[0].text() {
        case "message": .message(try parts[2].bytes(), topic)
        case "subscribe": .confirmation(topic)
        default: nil
        }
    }
}
