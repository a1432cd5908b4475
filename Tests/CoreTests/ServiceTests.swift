import Core
import Synchronization
import Testing

private final class Diary: Sendable {
    let entries = Mutex<[String]>([])
    func note(_ entry: String) { entries.withLock { $0.append(entry) } }
}

private struct Worker: Service {
    let name: String
    let diary: Diary
    var lifetime: Duration = .seconds(60)
    var failure: (any Error)?

    func run() async throws {
        do {
            try await Task.sleep(for: lifetime)
        } catch {
            diary.note("\(name) stopped")
            throw error
        }
        if let failure { throw failure }
    }

    func finish() async { diary.note("\(name) finished\(Task.isCancelled ? " in a cancelled task" : "")") }
}

private struct Broken: Error {}

struct ServiceTests {
    @Test func `when the last one ends the others stop in reverse order`() async throws {
        let diary = Diary()
        try await runInOrder(
            [
                Worker(name: "database", diary: diary), Worker(name: "server", diary: diary),
                Worker(name: "signal", diary: diary, lifetime: .milliseconds(5)),
            ],
            log: .silent
        )
        #expect(
            diary.entries.withLock { $0 } == [
                "signal finished", "server stopped", "server finished", "database stopped", "database finished",
            ]
        )
    }

    @Test func `a failure stops all and is passed on`() async throws {
        let diary = Diary()
        await #expect(throws: Broken.self) {
            try await runInOrder(
                [
                    Worker(name: "database", diary: diary, lifetime: .milliseconds(5), failure: Broken()),
                    Worker(name: "server", diary: diary),
                ],
                log: .silent
            )
        }
        #expect(diary.entries.withLock { $0 }.contains("server finished"), "in a task that is not cancelled")
    }

    @Test func `a service that does not put down what it holds is left behind, and the others are not`() async throws {
        struct Stuck: Service {
            let name = "stuck"
            func run() async throws { await untilCancelled() }
            func finish() async { await pause(.seconds(300)) }
        }
        let diary = Diary()
        let roll = ServiceRoll()
        let started = ContinuousClock.now
        try await runInOrder(
            [
                Worker(name: "database", diary: diary), Stuck(),
                Worker(name: "signal", diary: diary, lifetime: .milliseconds(5)),
            ],
            log: .silent,
            roll: roll,
            patience: .milliseconds(100)
        )
        #expect(ContinuousClock.now - started < .seconds(200))
        #expect(diary.entries.withLock { $0 }.last == "database finished")
        #expect(roll.names.isEmpty)
    }

    @Test func `what takes too long has no value, and is told to stop`() async throws {
        #expect(await value(within: .seconds(30)) { 7 } == 7)
        let diary = Diary()
        let late = await value(within: .milliseconds(50)) {
            await untilCancelled()
            diary.note("told")
            return 7
        }
        #expect(late == nil)
        while diary.entries.withLock({ $0.isEmpty }) { await Task.yield() }
    }
}
