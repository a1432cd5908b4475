/// Carries signals, such as progress and "look again", to everybody who listens now.
///
/// A signal may be lost, and seldom comes twice: a listener that is told it missed some reads the present state anew. What
/// must not be lost is a fact, not a signal.
package protocol SignalBus: Sendable {
    /// Tells all listeners of the topic, in other processes too where the bus reaches them; loss is counted, not thrown.
    ///
    /// - Throws: `SignalFault` when the payload or the topic is larger than some bus can carry.
    func publish(_ payload: [UInt8], to topic: SignalTopic) async throws(SignalFault)

    /// Listens until the sequence is let go or its task is cancelled; at most `depth` events wait.
    ///
    /// What is published after this returns arrives, or is told as `missed` or `interrupted`.
    func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence
}

/// What signals are about, such as `analyses` or `jobs.0197…`.
package struct SignalTopic: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { rawValue = value }
}

/// What a listener gets.
package enum SignalEvent: Hashable, Sendable {
    case message([UInt8])
    /// The listener was slower than its buffer is deep: so many events before the next one are gone.
    case missed(Int)
    /// The bus was cut off and is back: an unknown number is gone.
    case interrupted
}

/// Too large to be a signal: send where to read it instead.
package struct SignalFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Part: String, Hashable, Sendable { case payload, topic }

    /// In bytes; every bus keeps to the smallest of them, PostgreSQL's notification of 8,000 characters.
    package static let largestPayload = 5_000
    /// In bytes, for the same reason.
    package static let longestTopic = 900

    package let part: Part
    package let size: Int

    /// Returns when both fit.
    package static func check(_ payload: [UInt8], to topic: SignalTopic) throws(SignalFault) {
        guard payload.count <= largestPayload else { throw SignalFault(part: .payload, size: payload.count) }
        let length = topic.rawValue.utf8.count
        guard length <= longestTopic else { throw SignalFault(part: .topic, size: length) }
    }

    package var description: String {
        "a signal's \(part.rawValue) of \(size) bytes, at most \(part == .payload ? Self.largestPayload : Self.longestTopic)"
    }
}

/// Signals between the tasks of one process.
package struct InProcessSignalBus: SignalBus {
    private let listeners: SignalListeners

    package init(metrics: Metrics) { listeners = SignalListeners(metrics: metrics) }

    package func publish(_ payload: [UInt8], to topic: SignalTopic) async throws(SignalFault) {
        try SignalFault.check(payload, to: topic)
        listeners.deliver(payload, to: topic)
    }

    package func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence {
        listeners.add(to: topic, depth: depth)
    }
}
