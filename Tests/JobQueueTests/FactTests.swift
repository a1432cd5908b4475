import Core
import Database
import TestSupport
import Testing

@testable import JobQueue

private struct LeafRead: Fact, Equatable {
    static let name = "leaf-read"
    let plant: String
}

@Suite("Facts") struct FactTests {
    @Test(
        "Each subscriber gets what was told, if and only if the teller's transaction went through",
        arguments: Ground.allCases
    )
    func told(ground: Ground) async throws {
        struct Mishap: Error {}
        let count = JobKind<LeafRead>("test.count-leaf")
        let praise = JobKind<LeafRead>("test.praise-leaf", JobPolicy(retries: [.milliseconds(1)]))
        try await ground.withQueue { queue, _ in
            let outbox = FactOutbox(queue, subscriptions: [FactSubscription(count), FactSubscription(praise)])
            let (counted, praised) = (Diary<LeafRead>(), Diary<LeafRead>())
            let handlers = [
                JobHandler(count) { fact, _ in counted.note(fact) },
                JobHandler(praise) { fact, job in
                    guard job.attempt > 1 else { throw Mishap() }
                    praised.note(fact)
                },
            ]
            try await queue.working(handlers) { _ in
                try await queue.database.write { tx in try await outbox.tell(LeafRead(plant: "tomato"), in: tx) }
                await #expect(throws: Mishap.self) {
                    try await queue.database.write { tx in
                        try await outbox.tell(LeafRead(plant: "rose"), in: tx)
                        throw Mishap()
                    }
                }
                try await eventually("both have it") { try await queue.count() == 0 }
            }
            #expect(counted.entries == [LeafRead(plant: "tomato")])
            #expect(praised.entries == [LeafRead(plant: "tomato")], "one subscriber's trouble is not another's")
        }
    }
}
