import Testing

@testable import Database

@Suite("The line of writers") struct WriterLineTests {
    @Test("A writer alone commits at once") func alone() {
        let line = Line()
        #expect(line.announce() == 1)
        #expect(line.take())
        #expect(line.leave() == "commit")
        #expect(line.afterCommit() == nil)
        #expect(line.take())
    }

    @Test("Those in line join in order, and the last one commits") func order() {
        let line = Line()
        for expected in 1...3 { #expect(line.announce() == UInt64(expected)) }
        #expect(line.takeOrWait(1, "a"))
        #expect(!line.takeOrWait(2, "b"))
        #expect(!line.takeOrWait(3, "c"))
        #expect([line.leave(), line.leave(), line.leave()] == ["pass b", "pass c", "commit"])
    }

    @Test("One that is on the way is waited for and takes the turn") func onTheWay() {
        let line = Line()
        _ = line.announce()
        #expect(line.take())
        _ = line.announce()
        #expect(line.leave() == "await")
        #expect(line.take())
        #expect(line.leave() == "commit")
    }

    @Test("One that withdraws is not waited for") func withdrawal() {
        let line = Line()
        _ = line.announce()
        _ = line.announce()
        #expect(line.take())
        #expect(!line.takeOrWait(2, "b"))
        #expect(line.withdraw(2) == "b")
        #expect(line.withdraw(2) == nil)
        #expect(line.leave() == "commit")
    }

    @Test("Who comes during a commit starts the next transaction") func afterCommit() {
        let line = Line()
        _ = line.announce()
        #expect(line.take())
        #expect(line.leave() == "commit")
        _ = line.announce()
        #expect(!line.takeOrWait(2, "b"))
        #expect(line.afterCommit() == "b")
        #expect(!line.take())
        #expect(line.leave() == "commit")
    }

    @Test("A full line refuses") func full() {
        let line = Line()
        #expect(line.announce(depth: 1) != nil)
        #expect(line.announce(depth: 1) == nil)
    }

    /// The line in a shape that expectations can call.
    private final class Line {
        private var line = WriterLine<String>()

        func announce(depth: Int = 9) -> UInt64? { line.announce(depth: depth) }
        func take() -> Bool { line.take() }
        func takeOrWait(_ id: UInt64, _ waiter: String) -> Bool { line.takeOrWait(id, waiter) }
        func withdraw(_ id: UInt64) -> String? { line.withdraw(id) }
        func afterCommit() -> String? { line.afterCommit() }

        func leave() -> String {
            line.leave()
            return switch line.next() {
            case .pass(let waiter): "pass \(waiter)"
            case .await: "await"
            case .commit: "commit"
            }
        }
    }
}
