import Synchronization

/// The listeners of this process, by topic: what every bus hands its signals to.
package final class SignalListeners: Sendable {
    private struct Listener {
        let continuation: AsyncStream<SignalSequence.Numbered>.Continuation
        var nextNumber = 0
    }

    private struct State {
        var listeners: [SignalTopic: [UInt64: Listener]] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let missed: Counter
    private let topicsChanged: @Sendable () -> Void

    /// `topicsChanged` is called after a topic got its first listener or lost its last one.
    package init(metrics: Metrics, topicsChanged: @escaping @Sendable () -> Void = {}) {
        missed = metrics.counter("signals_missed_total", "Signals that slow listeners did not get")
        self.topicsChanged = topicsChanged
    }

    /// The topics that somebody listens to.
    package var topics: Set<SignalTopic> { state.withLock { Set($0.listeners.keys) } }

    package func add(to topic: SignalTopic, depth: Int) -> SignalSequence {
        precondition(depth > 0, "a listener needs room for an event")
        let (events, continuation) = AsyncStream.makeStream(
            of: SignalSequence.Numbered.self,
            bufferingPolicy: .bufferingNewest(depth)
        )
        let (id, isFirst) = state.withLock { state in
            state.nextID += 1
            let isFirst = state.listeners[topic] == nil
            state.listeners[topic, default: [:]][state.nextID] = Listener(continuation: continuation)
            return (state.nextID, isFirst)
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id, from: topic) }
        if isFirst { topicsChanged() }
        return SignalSequence(events: events)
    }

    package func deliver(_ payload: [UInt8], to topic: SignalTopic) { deliver(.message(payload), to: [topic]) }

    /// Tells every listener that the bus was cut off for a while.
    package func interrupt() { deliver(.interrupted, to: topics) }

    private func deliver(_ event: SignalEvent, to topics: Set<SignalTopic>) {
        var lost = 0
        // Under the lock, so that numbers and events are in the same order.
        state.withLock { state in
            for topic in topics {
                for id in state.listeners[topic, default: [:]].keys {
                    guard let listener = state.listeners[topic]?[id] else { continue }
                    let numbered = SignalSequence.Numbered(number: listener.nextNumber, event: event)
                    if case .dropped = listener.continuation.yield(numbered) { lost += 1 }
                    state.listeners[topic]?[id]?.nextNumber += 1
                }
            }
        }
        if lost > 0 { missed.add(Double(lost)) }
    }

    private func remove(_ id: UInt64, from topic: SignalTopic) {
        let isLast = state.withLock { state in
            guard state.listeners[topic]?.removeValue(forKey: id) != nil else { return false }
            guard state.listeners[topic]?.isEmpty == true else { return false }
            state.listeners[topic] = nil
            return true
        }
        if isLast { topicsChanged() }
    }
}
