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

    @Test("A writer that is cancelled in line never runs, and nobody else is harmed") func cancelInLine() async throws {
        try await Engine.sqliteFile.withDatabase { database async throws in
            let (held, holding) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.write { tx in
                        try await tx.execute("INSERT INTO plants (name) VALUES ('first')")
                        holding.yield()
                        for await _ in released { break }
                    }
                }
                for await _ in held { break }
                await withThrowingTaskGroup(of: Void.self) { impatient in
                    impatient.addTask { try await database.execute("INSERT INTO plants (name) VALUES ('never')") }
                    try? await Task.sleep(for: .milliseconds(20))
                    impatient.cancelAll()
                    let result = await impatient.nextResult()
                    #expect(throws: CancellationError.self) { try result?.get() }
                }
                group.addTask { try await database.execute("INSERT INTO plants (name) VALUES ('last')") }
                release.yield()
                try await group.waitForAll()
            }
            #expect(
                try await database.query("SELECT name FROM plants ORDER BY id").flatMap(\.values) == ["first", "last"]
            )
        }
    }

    @Test("A write cancelled in the middle undoes itself") func cancelInside() async throws {
        try await Engine.sqliteFile.withDatabase { database async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.write { tx in
                        for n in 0... {
                            try await tx.execute("INSERT INTO plants (name) VALUES ($1)", [.text("p\(n)")])
                        }
                    }
                }
                try? await Task.sleep(for: .milliseconds(20))
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
            }
            #expect(try await database.count() == 0)
        }
    }

    @Test("A deferred key that stays open fails its own writer only") func deferredKey() async throws {
        try await Engine.sqliteFile.withDatabase { database async throws in
            try await database.execute(
                "CREATE TABLE leaves (plant INTEGER REFERENCES plants (id) DEFERRABLE INITIALLY DEFERRED)"
            )
            let kinds = try await withThrowingTaskGroup(of: DatabaseFault.Constraint.Kind?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let sql =
                            number % 2 == 0 ? "INSERT INTO leaves VALUES (77)" : "INSERT INTO leaves VALUES (NULL)"
                        return await databaseFault { try await database.execute(sql) }?.constraint?.kind
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(kinds.count { $0 == .foreignKey } == 20)
            #expect(try await database.count("leaves") == 20)
        }
    }

    @Test("Closing lets those in line finish") func closing() async throws {
        try await withTemporaryDirectory { folder async throws in
            let database = try await Database.open("sqlite:\(folder)/test.db")
            try await database.execute("CREATE TABLE t (n INTEGER)")
            let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
                for n in 0..<50 {
                    group.addTask {
                        let fault = await databaseFault {
                            try await database.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(n))])
                        }
                        #expect(fault == nil || fault?.code == .unavailable)
                        return fault == nil
                    }
                }
                await database.close()
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let again = try await Database.open("sqlite:\(folder)/test.db")
            #expect(try await again.count("t") == stored)
            await again.close()
        }
    }

    @Test("Too many in line are refused at once") func overload() async throws {
        var options = DatabaseOptions()
        options.writersDepth = 2
        try await Engine.sqliteFile.withDatabase(options: options) { database async throws in
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for n in 0..<10 {
                    group.addTask {
                        do {
                            try await database.write { tx in
                                try await tx.execute("INSERT INTO plants (name) VALUES ($1)", [.text("\(n)")])
                                try await Task.sleep(for: .milliseconds(20))
                            }
                            return false
                        } catch is Overloaded {
                            return true
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused > 0)
            #expect(try await database.count() == 10 - refused)
        }
    }

    private struct Doomed: Error {}

    private func count(of name: String, in text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }.map { Int($0) }
    }
}
