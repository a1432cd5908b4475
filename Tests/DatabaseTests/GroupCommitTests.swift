import Core
import Database
import TestSupport
import Testing

@Suite("Group commit") struct GroupCommitTests {
    @Test("A hundred writers lose nothing and share their commits") func hammer() async throws {
        let metrics = Metrics()
        try await withTemporaryDirectory { folder in
            let database = try await Database.open("sqlite:\(folder)/test.db", metrics: metrics)
            try await database.execute("CREATE TABLE t (task INTEGER, n INTEGER)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<100 {
                    group.addTask {
                        for n in 0..<50 {
                            let isDoomed = n % 10 == 9
                            do {
                                try await database.write { tx in
                                    try await tx.execute(
                                        "INSERT INTO t VALUES ($1, $2)",
                                        [.integer(Int64(task)), .integer(Int64(n))]
                                    )
                                    if isDoomed { throw Doomed() }
                                }
                            } catch is Doomed {}
                            // What was acknowledged can be read at once.
                            if n == 25 {
                                let seen = try await database.read { reader in
                                    try await reader.value(
                                        "SELECT count(*) FROM t WHERE task = $1",
                                        [.integer(Int64(task))],
                                        as: Int.self
                                    )
                                }
                                #expect(seen == 24)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.count("t") == 100 * 45)
            let perTask = try await database.query("SELECT count(*) AS c FROM t GROUP BY task")
            #expect(perTask.allSatisfy { $0.values == [.integer(45)] })
            await database.close()
        }
        let commits = try #require(count(of: "database_group_size_count", in: metrics.text()))
        let writes = try #require(count(of: "database_group_size_sum", in: metrics.text()))
        #expect(writes == 4501)
        #expect(commits < 4501 / 5, "\(commits) commits for 4501 writes")
    }

    private struct Doomed: Error {}

    private func count(of name: String, in text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }.map { Int($0) }
    }
}
