/// The signals of one topic as one listener gets them; for one `for await` only.
package struct SignalSequence: AsyncSequence, Sendable {
    package typealias Element = SignalEvent
    package typealias Failure = Never

    /// An event with its number: a gap in the numbers is what was missed.
    struct Numbered: Sendable {
        let number: Int
        let event: SignalEvent
    }

    let events: AsyncStream<Numbered>

    package func makeAsyncIterator() -> Iterator { Iterator(events: events.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        package typealias Element = SignalEvent
        package typealias Failure = Never

        var events: AsyncStream<Numbered>.Iterator
        private var expected = 0
        private var held: SignalEvent?

        init(events: AsyncStream<Numbered>.Iterator) { self.events = events }

        /// Waits for the next event; `nil` once the task is cancelled.
        package mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> SignalEvent? {
            if let event = held {
                held = nil
                return event
            }
            guard let next = await events.next(isolation: actor) else { return nil }
            defer { expected = next.number + 1 }
            guard next.number > expected else { return next.event }
            held = next.event
            return .missed(next.number - expected)
        }
    }
}
