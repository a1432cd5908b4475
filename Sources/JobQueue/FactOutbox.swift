package import Core
package import Database

/// Says that a kind of job carries out what a subscriber does about a fact.
package struct FactSubscription: Sendable {
    let fact: String
    let destination: JobOrder.Destination

    package init<Payload: Fact>(_ kind: JobKind<Payload>) {
        fact = Payload.name
        destination = .init(kind.name, kind.policy)
    }
}

/// Where features tell facts: one job for each subscriber, in the teller's own transaction.
///
/// The queue's table is the outbox: nothing is told that is undone, and nothing is forgotten that was told.
package struct FactOutbox: Sendable {
    private let queue: JobQueue
    private let subscriptions: [String: [FactSubscription]]

    package init(_ queue: JobQueue, subscriptions: [FactSubscription]) {
        self.queue = queue
        self.subscriptions = Dictionary(grouping: subscriptions, by: \.fact)
    }

    package func tell<Told: Fact>(_ fact: Told, in tx: Transaction) async throws {
        let subscribers = subscriptions[Told.name] ?? []
        guard !subscribers.isEmpty else { return }
        let payload = try JSON.encode(fact)
        let now = queue.clock.now()
        let orders = subscribers.map { subscriber in
            JobOrder(draft: .init(id: .next(at: now), payload: payload), destination: subscriber.destination)
        }
        _ = try await queue.writer.add(orders, in: tx)
    }
}
