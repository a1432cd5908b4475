import Dispatch
import Synchronization

/// A connection to a server that carries signals, used by one thread.
package protocol SignalConnection: AnyObject {
    /// For the other threads.
    var wire: Wire { get }

    /// Blocks until something comes, `nil` when nothing did for a while.
    ///
    /// - Throws: When the connection is lost, or an answer is due and has not come.
    func receive(isAnswerDue: Bool) throws -> SignalArrival?
}

package enum SignalArrival: Sendable {
    case message([UInt8], SignalTopic)
    /// The server has confirmed that it sends what is published to this topic.
    case confirmation(SignalTopic)
}

/// What every bus between processes does on its listening side: one connection, on a thread of its own.
///
/// It comes back by itself when it was lost, and then says so to all listeners.
package final class SignalReceiver: Sendable {
    /// What asks a server for one topic, or takes that back.
    package typealias Words = @Sendable (_ topic: SignalTopic, _ isWanted: Bool) -> [UInt8]

    private let name: String
    private let pauses: Backoff
    private let metrics: Metrics
    private let words: Words?
    private let connect: @Sendable (_ isReplacement: Bool) throws -> any SignalConnection
    private let woken = DispatchSemaphore(value: 0)

    private enum Phase { case idle, connecting, listening(Wire), away, closed }

    private struct State {
        var phase = Phase.idle
        /// What the server was asked for over this connection, with the number of answers that are still to come.
        var asked: [SignalTopic: Int] = [:]
        var waiting: [SignalTopic: [CheckedContinuation<Void, Never>]] = [:]
        /// Listeners may have missed something and are not told yet.
        var isInterrupted = false
        var listeners: SignalListeners?
    }

    private let state = Mutex(State())

    /// Connects with the first listener; `words` is `nil` for a connection over which all topics come unasked.
    package init(
        name: String,
        pauses: Backoff,
        metrics: Metrics,
        words: Words?,
        connect: @escaping @Sendable (_ isReplacement: Bool) throws -> any SignalConnection
    ) {
        self.name = name
        self.pauses = pauses
        self.metrics = metrics
        self.words = words
        self.connect = connect
    }

    /// Hands a signal to the listeners of this process alone.
    package func deliver(_ payload: [UInt8], to topic: SignalTopic) { listeners.deliver(payload, to: topic) }

    /// Listens; returns once the server has confirmed, or at once while it is away.
    package func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence {
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

    /// Ends the connection; those who listen hear what is delivered here, and nothing else.
    package func close() {
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

    /// Asks the server for what is wanted and not asked for yet, and takes back the rest; starts the thread.
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
        if starts { DispatchQueue(label: name).async { self.listen() } }
    }

    private func ask(over wire: Wire, _ state: inout State) {
        let wanted = state.listeners?.topics ?? []
        for topic in state.asked.keys where !wanted.contains(topic) {
            state.asked[topic] = nil
            if let words { wire.offer(words(topic, false)) }
        }
        for topic in wanted where state.asked[topic] == nil {
            state.asked[topic] = words == nil ? 0 : 1
            if let words { wire.offer(words(topic, true)) }
        }
    }

    /// The thread: connects, listens until the connection is lost, pauses, and so on.
    private func listen() {
        var backoff = pauses
        var hadOne = false
        while begin() {
            do {
                let connection = try connect(hadOne)
                hadOne = true
                backoff = pauses
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

    private func listen(over connection: any SignalConnection) throws {
        let confirmed = state.withLock { state in
            if case .closed = state.phase {
                connection.wire.interrupt()
                return [SignalTopic]()
            }
            state.phase = .listening(connection.wire)
            ask(over: connection.wire, &state)
            return state.asked.filter { $0.value == 0 }.map(\.key)
        }
        for topic in confirmed { confirm(topic) }
        while true {
            tellInterrupted()
            let isAnswerDue = state.withLock { $0.asked.values.contains { $0 > 0 } }
            switch try connection.receive(isAnswerDue: isAnswerDue) {
            case .message(let payload, let topic): listeners.deliver(payload, to: topic)
            case .confirmation(let topic): confirm(topic)
            case nil: break
            }
        }
    }

    private func confirm(_ topic: SignalTopic) {
        let waiting = state.withLock { state in
            if let count = state.asked[topic] { state.asked[topic] = max(0, count - 1) }
            return state.waiting.removeValue(forKey: topic) ?? []
        }
        for confirmation in waiting { confirmation.resume() }
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
