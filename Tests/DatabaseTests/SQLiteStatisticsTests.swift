import Database
import TestSupport
import Testing

@Suite("What SQLite knows of its tables") struct SQLiteStatisticsTests {
    @Test("Statements take the index that suits what has come since") func statistics() async throws {
        try await withTemporaryDirectory { folder async throws in
            let database = try await Database.open("sqlite:\(folder)/test.db")
            try await database.write { tx in
                try await tx.execute("CREATE TABLE t (rare INTEGER, common INTEGER, n INTEGER)", [])
                try await tx.execute("CREATE INDEX by_rare ON t (rare, n)", [])
                try await tx.execute("CREATE INDEX by_common ON t (common, n)", [])
            }
            let plan = "EXPLAIN QUERY PLAN SELECT n, rowid FROM t WHERE rare = 5 AND common = 1 ORDER BY n"
            let details: @Sendable () async throws -> String = {
                try await database.query(plan).map { try $0["detail", as: String.self] }.joined()
            }
            // On no knowledge the index made last is as good as the other.
            #expect(try await details().contains("by_common"))
            try await database.execute(
                """
                WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000)
                INSERT INTO t (rare, common, n) SELECT n / 20, n % 2, n FROM c
                """
            )
            try await database.refreshStatistics()
            #expect(try await details().contains("by_rare"))
            try await database.execute("UPDATE t SET common = rare, rare = common")
            try await database.refreshStatistics()
            #expect(try await details().contains("by_rare"), "the file has not doubled")
            try await database.execute(
                "INSERT INTO t (rare, common, n) SELECT rare, common, n FROM t UNION ALL SELECT rare, common, n FROM t"
            )
            try await database.refreshStatistics()
            #expect(try await details().contains("by_common"), "readers hear of what the writer learnt")
            await database.close()
        }
    }
}
