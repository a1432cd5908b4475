import Core
import Database
import Foundation
import Glibc
import TestSupport
import Testing

/// `hedgerow migrate copy` as an operator types it, with the tables of the program itself.
@Suite(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
struct CopyCommandTests {
    @Test func `a copy killed half way goes on, is proven, and then serves`() async throws {
        try await PostgresServer.shared().withDatabase { url in
            try await withTemporaryDirectory { folder in
                let from = "sqlite:\(folder)/hedgerow.db"
                #expect(try await runProgram(["migrate", "up", "--data-dir", folder]).status == 0)
                let source = try await Database.open(from)
                try await Self.fill(source, rows: 20_000)
                let target = try await Database.open(url)

                let words = ["migrate", "copy", "--from", from, "--to", url]
                let victim = try Self.start(words)
                while try await Self.count(target) < 4_000, victim.isRunning { usleep(2_000) }
                kill(victim.processIdentifier, SIGKILL)
                while victim.isRunning { usleep(2_000) }
                let half = try await Self.count(target)
                #expect(half >= 4_000 && half < 20_000)

                let serving = try await runProgram(
                    ["serve", "--port", "0", "--data-dir", folder],
                    environment: ["HEDGEROW_DATABASE_URL": url]
                )
                #expect(serving.status == 1 && serving.complaint.contains("migrate copy"), "\(serving.complaint)")

                let outcome = try await runProgram(words + ["--json"])
                #expect(outcome.status == 0, "\(outcome.complaint)")
                #expect(outcome.answer.contains(#""rows":20000,"table":"analysis""#), "\(outcome.answer)")
                #expect(try await Self.count(target) == 20_000)
                let verified = try await runProgram(words + ["--verify"])
                #expect(verified.status == 0, "\(verified.complaint)")

                try await target.execute("UPDATE analysis SET confidence = 0.25 WHERE label = 'leaf 777'")
                let damaged = try await runProgram(words + ["--verify"])
                #expect(
                    damaged.status == 1 && damaged.complaint.contains("rows of analysis are not the same"),
                    "\(damaged.complaint)"
                )
                let again = try await runProgram(words)
                #expect(again.status == 1 && again.complaint.contains("not empty"))
                for text in [outcome.complaint, verified.complaint, damaged.complaint, again.complaint] {
                    #expect(!text.contains("word%2F") && !text.contains(PostgresServer.password))
                }

                // And back, with the address that holds the password in a setting.
                let back = "sqlite:\(folder)/back.db"
                let returned = try await runProgram(
                    ["migrate", "copy", "--to", back],
                    environment: ["HEDGEROW_DATABASE_URL": url]
                )
                #expect(returned.status == 0, "\(returned.complaint)")
                await source.close()
                await target.close()
            }
        }
    }

    @Test func `wrong words and absent sources are refused`() async throws {
        try await withTemporaryDirectory { folder in
            for (words, status, complaint) in [
                (["copy"], Int32(2), "needs --from or --to"),
                (["copy", "--to", "sqlite:\(folder)/hedgerow.db"], 2, "the same database"),
                (["copy", "--from", "sqlite:\(folder)/none.db"], 1, "there is no database"),
                (["copy", "--from", "mysql:x"], 1, "must be written sqlite:path"),
                (["copy", "--to", "sqlite:a", "--verify", "--anew"], 2, "--verify changes nothing"),
            ] {
                let outcome = try await runProgram(["migrate"] + words + ["--data-dir", folder])
                #expect(outcome.status == status && outcome.complaint.contains(complaint), "\(outcome.complaint)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    private static func start(_ words: [String]) throws -> Process {
        let process = Process()
        process.executableURL = ServerProcess.program
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Rows of the copy that are there; none while there is no table.
    private static func count(_ database: Database) async throws -> Int {
        try await database.read { reader in
            guard try await reader.tableNames().contains("analysis") else { return 0 }
            return try await reader.value("SELECT count(*) FROM analysis")
        }
    }

    private static func fill(_ database: Database, rows: Int) async throws {
        try await database.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
            INSERT INTO analysis
                (id, created_at, task, owner, model_name, model_version, label, confidence, verdict, answer)
            SELECT CAST(printf('%016d', i) AS BLOB), i * 1000003, 'disease', NULL, 'leaf', '1', 'leaf ' || i, 1.0 / i, 'confident',
                '{"b": [1.50, ' || i || '], "a": "x"}' FROM n
            """,
            [.integer(Int64(rows))]
        )
    }
}
