import Core
import Database

/// A job that is to be put into the queue.
struct JobOrder: Sendable {
    /// For whom it is.
    struct Destination: Hashable, Sendable {
        let kind: String
        let queue: String
        let priority: JobPriority

        init(_ kind: String, _ policy: JobPolicy, _ priority: JobPriority? = nil) {
            self.kind = kind
            queue = policy.queue
            self.priority = priority ?? policy.priority
        }
    }

    let draft: JobStore.Draft
    let destination: Destination
}

/// Writes jobs into the table, and tells the workers once they are durable.
struct JobWriter: Sendable {
    let clock: WallClock
    let courier: (any JobCourier)?
    let wakes: WakeLine
    let enqueued: Counter

    /// The keys of the jobs, in the order given; that of an equal one where a unique job was there.
    func add(_ orders: [JobOrder], in tx: Transaction) async throws -> [Job.ID] {
        var ids = orders.map(\.draft.id)
        for (destination, indices) in Dictionary(grouping: orders.indices, by: { orders[$0].destination }) {
            let (found, added) = try await JobStore().insert(
                indices.map { orders[$0].draft },
                kind: destination.kind,
                priority: destination.priority,
                at: clock.now(),
                in: tx
            )
            for (index, id) in zip(indices, found) { ids[index] = id }
            enqueued.add(Double(added), destination.kind)
            let ready = zip(indices, found).filter { orders[$0.0].draft.due == nil }.map(\.1)
            if let first = ready.first { tell(ready, of: destination, first, in: tx) }
        }
        return ids
    }

    private func tell(_ ids: [Job.ID], of destination: JobOrder.Destination, _ first: Job.ID, in tx: Transaction) {
        if let courier {
            tx.afterCommit("jobs/\(first)") { await courier.announce(ids, on: destination.queue) }
        } else {
            tx.afterCommit("jobs/\(destination.kind)") { await wakes.wake(destination.kind) }
        }
    }
}
