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
        #expect(diary.entries.withLock { $0 }.contains("server finished in a cancelled task"))
    }
}
