import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

/// `hedgerow bench storage` on what is configured; how fast it is nobody judges here.
struct BenchCommandTests {
    @Test(arguments: [("commits", "p99"), ("queries", "median_burst"), ("jobs", "rate"), ("objects", "bytes")])
    func `storage is measured, and nothing is left of it`(part: String, key: String) async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await runProgram(Self.words(part, folder) + ["--json"])
            #expect(outcome.status == 0, "\(outcome.complaint)")
            let json = try #require(JSONSerialization.jsonObject(with: Data(outcome.answer.utf8)) as? [String: Any])
            #expect((json[key] as? Double ?? 0) > 0, "\(outcome.answer)")
            let store = try await FileObjectStore(root: folder + "/objects")
            #expect(try await store.list(prefix: "", after: nil, limit: 1).isEmpty)
            let database = try await Database.open("sqlite:\(folder)/hedgerow.db")
            let tables = try await database.query("SELECT name FROM sqlite_schema WHERE name LIKE 'hedgerow%'")
            #expect(tables.isEmpty)
            await database.close()
        }
    }

    @Test func `for people it is a table`() async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await runProgram(Self.words("commits", folder))
            #expect(outcome.status == 0 && outcome.answer.contains("p99 ms"), "\(outcome.complaint)")
        }
    }

    private static func words(_ part: String, _ folder: String) -> [String] {
        ["bench", "storage", part, "--seconds", "1", "--clients", "4", "--jobs", "100", "--data-dir", folder]
            + ["--share", SharedData.checkout]
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
    func `queries that fail and clients that leave cost no connection`() async throws {
        try await PostgresServer.shared().withDatabase(options: "pool_min=1&pool_max=7&pool_wait=60") { url in
            try await withTemporaryDirectory { folder in
                let outcome = try await runProgram(
                    [
                        "bench", "storage", "queries", "--seconds", "1", "--clients", "20", "--json", "--data-dir",
                        folder,
                    ]
                        + ["--share", SharedData.checkout],
                    environment: ["HEDGEROW_DATABASE_URL": url]
                )
                #expect(outcome.status == 0, "\(outcome.complaint)")
                let json = try JSONSerialization.jsonObject(with: Data(outcome.answer.utf8)) as? [String: Any]
                let connections = try #require(json?["connections"] as? [Int])
                #expect(connections.allSatisfy { (1...7).contains($0) }, "\(connections)")
            }
        }
    }

    @Test func `what is no part of storage is refused`() async throws {
        let outcome = try await runProgram(["bench", "storage", "cows"])
        #expect(outcome.status == 2 && outcome.complaint.contains("commits, queries, jobs or objects"))
    }
}
