import Database
import Foundation
import TestSupport
import Testing

/// `hedgerow migrate` as an operator types it.
struct MigrateCommandTests {
    @Test func `up, status and down do what they say, and down asks first`() async throws {
        try await withTemporaryDirectory { folder in
            let place = ["--data-dir", folder, "--share", SharedData.checkout]
            let missing = try await runProgram(["migrate", "status"] + place)
            #expect(missing.status == 1 && missing.complaint.contains("hedgerow migrate up"), "\(missing.complaint)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])

            let up = try await runProgram(["migrate", "up"] + place)
            #expect(up.status == 0 && up.answer.contains("diagnosis"), "\(up.complaint)")
            #expect(try await runProgram(["migrate", "up"] + place).answer == "nothing to do\n")
            let status = try await runProgram(["migrate", "status", "--json"] + place)
            let steps = try #require(JSONSerialization.jsonObject(with: Data(status.answer.utf8)) as? [[String: Any]])
            #expect(steps.count == up.answer.split(separator: "\n").count - 1)
            #expect(steps.allSatisfy { $0["state"] as? String == "applied" })

            let unasked = try await runProgram(["migrate", "down", "diagnosis", "--to", "0"] + place)
            #expect(unasked.status == 2 && unasked.complaint.contains("--yes"), "\(unasked.complaint)")
            let down = try await runProgram(["migrate", "down", "diagnosis", "--to", "0", "--yes"] + place)
            #expect(down.status == 0 && down.answer.contains("pending"), "\(down.complaint)")
            let after = try await runProgram(["migrate", "status"] + place)
            #expect(after.answer.contains("pending") && after.status == 0)
        }
    }

    @Test func `tables are not taken from a server that runs, unless that is meant, and then it says so`() async throws
    {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            try await server.waitUntilReady()
            let place = ["--data-dir", folder, "--share", SharedData.checkout]
            let down = ["migrate", "down", "jobs", "--to", "0", "--yes"] + place
            let refused = try await runProgram(down)
            #expect(refused.status == 1 && refused.complaint.contains("--force"), "\(refused.complaint)")
            #expect(try server.request("GET", "/health/ready").status == 200)

            #expect(try await runProgram(["migrate", "down", "diagnosis", "--yes", "--force"] + place).status == 0)
            let doctor = try await runProgram(["doctor"] + place)
            #expect(doctor.answer.contains("start it and its server anew"), "\(doctor.answer)")
            try await eventually("a good report grows old") {
                let ready = try server.request("GET", "/health/ready")
                return ready.status == 503 && ready.text.contains("tables are missing")
            }
            _ = await server.stop()
            let after = try await runProgram(down)
            #expect(after.status == 0, "\(after.complaint)")
        }
    }

    @Test(arguments: [
        (["down", "gardn"], "no feature gardn"), (["down", "diagnosis", "--to", "-1"], "--to takes"),
        (["sideways"], "takes"),
    ])
    func `wrong words are refused before anything is opened`(words: [String], complaint: String) async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await runProgram(["migrate"] + words + ["--data-dir", folder])
            #expect(outcome.status == 2 && outcome.complaint.contains(complaint), "\(outcome.complaint)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test(arguments: ["ahead", "changed", "damaged"])
    func `a database that does not fit is refused with the way out, and stays as it was`(trouble: String) async throws {
        try await withTemporaryDirectory { folder in
            let place = ["--data-dir", folder, "--share", SharedData.checkout]
            let file = folder + "/hedgerow.db"
            #expect(try await runProgram(["migrate", "up"] + place).status == 0)
            let database = try await Database.open("sqlite:" + file)
            switch trouble {
            case "ahead":
                try await database.execute("INSERT INTO schema_migrations VALUES ('diagnosis', 99, 'later', 'x', 1)")
            case "changed": try await database.execute("UPDATE schema_migrations SET checksum = 'x'")
            default: break
            }
            await database.close()
            if trouble == "damaged" { try Data(repeating: 7, count: 8_192).write(to: URL(filePath: file)) }
            let before = try Data(contentsOf: URL(filePath: file))
            for words in [["up"], ["down", "diagnosis", "--to", "0", "--yes"]] {
                let outcome = try await runProgram(["migrate"] + words + place)
                #expect(outcome.status == 1)
                #expect(outcome.complaint.contains("restore a backup"), "\(outcome.complaint)")
            }
            #expect(try Data(contentsOf: URL(filePath: file)) == before)
            let status = try await runProgram(["migrate", "status"] + place)
            #expect(status.status == 1)
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
    func `wrong credentials and a user without rights are named, the password never`() async throws {
        try await PostgresServer.shared().withDatabase { url in
            let secret = try #require(url.firstMatch(of: /hedgerow:([^@]*)@/)?.1)
            let wrong = url.replacing(secret, with: "not-the-secret")
            let refused = try await runProgram(["migrate", "up"], environment: ["HEDGEROW_DATABASE_URL": wrong])
            #expect(refused.status == 1 && refused.complaint.contains("Cure:"), "\(refused.complaint)")
            #expect(!refused.complaint.contains("not-the-secret"))

            let database = try await Database.open(url)
            let role = "reader" + UUID().uuidString.lowercased().filter { $0 != "-" }
            try await database.execute("CREATE ROLE \(role) LOGIN PASSWORD 'narrow'")
            let narrow = url.replacing("hedgerow:\(secret)@", with: "\(role):narrow@")
            let outcome = try await runProgram(["migrate", "up"], environment: ["HEDGEROW_DATABASE_URL": narrow])
            #expect(outcome.status == 1 && outcome.complaint.contains("permissions"), "\(outcome.complaint)")
            let left = try await database.read { try await $0.tableNames() }
            #expect(left == [])
            try await database.execute("DROP ROLE \(role)")
            await database.close()
        }
    }
}
