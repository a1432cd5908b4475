internal import Synchronization

/// Carries requests from libmicrohttpd's threads to Swift tasks, never more than `width` at once.
final class Inbox: Sendable {
    let exchanges: AsyncStream<Exchange>
    let width: Int
    private let continuation: AsyncStream<Exchange>.Continuation
    private let taken = Atomic<Int>(0)

    init(width: Int) {
        self.width = width
        (exchanges, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(width))
    }

    var count: Int { taken.load(ordering: .relaxed) }
    var isFull: Bool { count >= width }

    /// Takes the exchange or refuses it; never waits.
    func offer(_ exchange: Exchange) -> Bool {
        guard taken.add(1, ordering: .acquiringAndReleasing).newValue <= width else {
            release()
            return false
        }
        if case .enqueued = continuation.yield(exchange) { return true }
        release()
        return false
    }

    /// One handler has ended.
    func release() { taken.subtract(1, ordering: .acquiringAndReleasing) }

    func close() { continuation.finish() }
}

/// The place of one running handler, given back once.
final class InFlightSlot: Sendable {
    private let inbox: Inbox
    private let record: RequestRecord
    private let isTaken = Atomic<Bool>(true)

    init(_ inbox: Inbox, _ record: RequestRecord) {
        self.inbox = inbox
        self.record = record
        record.inFlight(1)
    }

    func release() {
        guard isTaken.exchange(false, ordering: .relaxed) else { return }
        record.inFlight(-1)
        inbox.release()
    }
}
