import Core
import Dispatch
import Synchronization

/// The one connection that listens, on a thread of its own; it comes back by itself and then says so to all listeners.
final class RedisSubscriber: Sendable {
    private let link: RedisLink
    private let channels: SignalChannels
    private let metrics: Metrics
    private let woken = DispatchSemaphore(value: 0)

    private enum Phase { case idle, connecting, listening(Wire), away, closed }

    private struct State {
        var phase = Phase.idle
        /// What Redis was asked for over this connection, with the number of answers that are still to come.
        var asked: [SignalTopic: Int] = [:]
        var waiting: [SignalTopic: [CheckedContinuation<Void, Never>]] = [:]
        /// Listeners may have missed something and are not told yet.
        var isInterrupted = false
        var listeners: SignalListeners?
    }

    private let state = Mutex(State())

    init(_ link: RedisLink, metrics: Metrics) {
        self.link = link
        self.metrics = metrics
        channels = SignalChannels(link.address)
    }

    /// Hands a signal to the listeners of this process alone.
    func deliver(_ payload: [UInt8], to topic: SignalTopic) { listeners.deliver(payload, to: topic) }

    /// Listens; returns once Redis has confirmed, or at once while it is away.
    func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence {
        let sequence = listeners.add(to: topic, depth: depth)
        await withCheckedContinuation { confirmation in
            let waits = state.withLock { state in
                switch state.phase {
                case .listening where state.asked[topic] == 0: return false
                case .connecting, .listening:
                    state.waiting[topic, default: []].append(confirmation)
                    return true
                case .idle, .away, .closed: return false
                }
            }
            if !waits { confirmation.resume() }
        }
        return sequence
    }

    func close() {
        let phase = state.withLock { state in
            defer { state.phase = .closed }
            return state.phase
        }
        if case .listening(let wire) = phase { wire.interrupt() }
        woken.signal()
    }

    private var listeners: SignalListeners {
        state.withLock { state in
            if let listeners = state.listeners { return listeners }
            let listeners = SignalListeners(metrics: metrics) { [weak self] in self?.topicsChanged() }
            state.listeners = listeners
            return listeners
        }
    }

    /// Asks Redis for what is wanted and not asked for yet, and takes back the rest; starts the thread.
    private func topicsChanged() {
        let starts = state.withLock { state in
            switch state.phase {
            case .listening(let wire): ask(over: wire, &state)
            case .idle:
                state.phase = .connecting
                return true
            default: break
            }
            return false
        }
        if starts { DispatchQueue(label: "redis-subscriber").async { self.listen() } }
    }

    private func ask(over wire: Wire, _ state: inout State) {
        let wanted = state.listeners?.topics ?? []
        for topic in state.asked.keys where !wanted.contains(topic) {
            state.asked[topic] = nil
            wire.offer(RedisCommand("UNSUBSCRIBE", channels.channel(of: topic)).encoded)
        }
        for topic in wanted where state.asked[topic] == nil {
            state.asked[topic] = 1
            wire.offer(RedisCommand("SUBSCRIBE", channels.channel(of: topic)).encoded)
        }
    }

    /// The thread: connects, listens until the connection is lost, pauses, and so on.
    private func listen() {
        var backoff = Backoff(first: link.options.firstPause, longest: link.options.longestPause)
        var hadOne = false
        while begin() {
            do throws(RedisFault) {
                let connection = try link.connect(replacing: hadOne)
                hadOne = true
                backoff = Backoff(first: link.options.firstPause, longest: link.options.longestPause)
                try listen(over: connection)
            } catch {
                lost()
            }
            _ = woken.wait(timeout: .now() + backoff.next().seconds)
        }
    }

    private func begin() -> Bool {
        state.withLock { state in
            if case .closed = state.phase { return false }
            state.phase = .connecting
            return true
        }
    }

    private func lost() {
        let hasListeners = !listeners.topics.isEmpty
        let waiting = state.withLock { state in
            if case .closed = state.phase {} else { state.phase = .away }
            state.asked = [:]
            state.isInterrupted = state.isInterrupted || hasListeners
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.self)
        }
        for confirmation in waiting { confirmation.resume() }
    }

    private func listen(over connection: RedisConnection) throws(RedisFault) {
        state.withLock { state in
            if case .closed = state.phase { return connection.wire.interrupt() }
            state.phase = .listening(connection.wire)
            ask(over: connection.wire, &state)
        }
        var silence = 0
        while true {
            tellInterrupted()
            if let reply = try connection.receiveIfAny(before: .now + link.options.commandTimeout) {
                silence = 0
                try take(reply)
                continue
            }
            silence += 1
            let awaitsAnswer = state.withLock { $0.asked.values.contains { $0 > 0 } }
            if awaitsAnswer || silence > Self.quietRounds { throw RedisFault(.unavailable, "no reply in time") }
            if silence == Self.quietRounds { connection.wire.offer(RedisCommand("PING").encoded) }
        }
    }

    /// So many times the command's limit without a word, and Redis is asked whether it is there.
    private static let quietRounds = 5

    private func take(_ reply: RedisReply) throws(RedisFault) {
        guard case .array(let parts) = try reply.accepted(), parts.count == 3 else { return }
        guard let topic = channels.topic(of: try parts[1].text()) else { return }
        switch try parts[0].text() {
        case "message": listeners.deliver(try parts[2].bytes(), to: topic)
        case "subscribe":
            let waiting = state.withLock { state in
                if let count = state.asked[topic] { state.asked[topic] = max(0, count - 1) }
                return state.waiting.removeValue(forKey: topic) ?? []
            }
            for confirmation in waiting { confirmation.resume() }
        default: break
        }
    }

    /// Once everything is listened to again, so that what a listener reads now and what it hears later leave no gap.
    private func tellInterrupted() {
        let isDue = state.withLock { state in
            guard state.isInterrupted, state.asked.values.allSatisfy({ $0 == 0 }) else { return false }
            state.isInterrupted = false
            return true
        }
        if isDue { listeners.interrupt() }
    }
}
