import Core
import Synchronization
import Testing

@testable import App

struct HealthBoardTests {
    /// Answers when it is let go, and heeds nothing before.
    private final class Part: HealthCheck {
        let name: String
        let silence: Health.Status
        let isStuck: Mutex<Bool>
        let asked = Atomic(0)

        init(_ name: String, silence: Health.Status = .unhealthy, isStuck: Bool = false) {
            self.name = name
            self.silence = silence
            self.isStuck = Mutex(isStuck)
        }

        func check() async -> Health {
            asked.add(1, ordering: .relaxed)
            while isStuck.withLock({ $0 }) { await pause(.milliseconds(5)) }
            return .healthy
        }
    }

    @Test func `a part that hangs is named, and holds nobody up`() async throws {
        let (database, redis) = (Part("database", isStuck: true), Part("redis", silence: .degraded, isStuck: true))
        let board = HealthBoard([database, redis, Part("models")], patience: .milliseconds(200))
        for _ in 1...3 {
            let report = try await board.report().report
            #expect(report.status == .unhealthy)
            #expect(report.checks["database"]?.detail?.hasPrefix("does not answer") == true)
            #expect(report.checks["redis"]?.status == .degraded)
            #expect(report.checks["models"]?.status == .healthy)
        }
        #expect(database.asked.load(ordering: .relaxed) == 1, "a crowd of questions does not pile up behind it")
        for part in [database, redis] { part.isStuck.withLock { $0 = false } }
        while try await board.report().report.status != .healthy { await pause(.milliseconds(10)) }
    }
}
