import Core
import Database
import TestSupport
import Testing

@testable import JobQueue

private struct Number: Codable, Sendable { let value: Int }

@Suite("Enqueuing together") struct EnqueueLineTests {
    private func order(_ value: Int) throws -> JobOrder {
        JobOrder(
            draft: .init(id: .next(), payload: try JSON.encode(Number(value: value))),
            destination: .init("test.line", JobPolicy())
        )
    }

    @Test("Those who wait share a write, and each gets its own key")
    func shared() async throws {
        let writes = Diary<Int>()
        let line = EnqueueLine { orders in
            writes.note(orders.count)
            try await Task.sleep(for: .milliseconds(50))
            return orders.map(\.draft.id)
        }
        let orders = try (0..<200).map(order)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for order in orders { group.addTask { try await line.enqueue(order) == order.draft.id } }
            for try await isOwn in group { #expect(isOwn) }
        }
        #expect(writes.entries.reduce(0, +) == 200)
        #expect(writes.entries.count < 50, "\(writes.entries)")
    }

    @Test("One who leaves takes the others' jobs along neither, nor its own")
    func cancelled() async throws {
        try await Ground.sqlite.withQueue { queue, _ in
            let kind = JobKind<Number>("test.line")
            await withTaskGroup(of: Void.self) { group in
                for value in 0..<100 {
                    group.addTask { _ = try? await queue.enqueue(kind, Number(value: value)) }
                }
                // Whoever leads then has been cancelled; all who called have their job all the same.
                group.cancelAll()
            }
            let ready = try await queue.count(.ready)
            #expect(ready == 100)
        }
    }

    @Test("A write that fails fails for all that shared it, and the next ones go on")
    func failing() async throws {
        struct Mishap: Error {}
        let turns = Level()
        let line = EnqueueLine { orders in
            let turn = turns.rise()
            try await Task.sleep(for: .milliseconds(20))
            if turn <= 4 { throw Mishap() }
            return orders.map(\.draft.id)
        }
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for value in 0..<50 {
                let order = try order(value)
                group.addTask { (try? await line.enqueue(order)) != nil }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.contains(false))
        let last = try order(51)
        let key = try await line.enqueue(last)
        #expect(key == last.draft.id)
    }
}
