import Core
import Database
import Foundation
import ObjectStore
import Synchronization
import TestSupport
import Testing

/// `hedgerow backup` and `hedgerow restore` as an operator types them, beside a server that works.
struct BackupCommandTests {
    private final class End: Sendable { let isReached = Atomic(false) }

    private static let key = ["HEDGEROW_API_KEY": "durable-key-0123456789"]
    private static let signedIn = ["X-API-Key": "durable-key-0123456789"]
    private static let secret = ["HEDGEROW_BACKUP_KEY": "correct horse battery staple"]

    @Test(.timeLimit(.minutes(5)))
    func `a server that takes pictures is backed up into a bucket, encrypted, and comes up elsewhere with all of them`()
        async throws
    {
        let bucket = try await S3Server.shared
        let place = "s3://\(bucket.bucket)/backups/\(UUIDv7.next())?endpoint=\(bucket.endpoint)"
        let access = Self.secret.merging(
            ["HEDGEROW_S3_ACCESS_KEY": bucket.accessKey, "HEDGEROW_S3_SECRET_KEY": bucket.secretKey]
        ) { $1 }
        try await withTemporaryDirectory { folder in
            let data = folder + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            let server = try await ServerProcess(dataFolder: data, environment: Self.key)
            try await server.waitUntilReady()
            @Sendable func diagnose(_ width: Int) throws {
                let form = MultipartBody().file("file", TestPictures.plain(width: width))
                #expect(try server.post("/api/v1/diagnose", form, headers: Self.signedIn).status == 200)
            }
            try diagnose(300)
            let end = End()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await onThread {
                        var width = 301
                        while !end.isReached.load(ordering: .relaxed) {
                            try diagnose(width)
                            width += 1
                        }
                    }
                }
                for _ in 0..<2 {
                    let made = try await runProgram(["backup", place, "--data-dir", data], environment: access)
                    #expect(made.status == 0 && made.answer.contains("encrypted"), "\(made.complaint)")
                }
                end.isReached.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            _ = await server.stop()

            let listed = try await runProgram(["restore", "--list", "--from", place, "--json"], environment: access)
            let backups = try #require(JSONSerialization.jsonObject(with: Data(listed.answer.utf8)) as? [[String: Any]])
            #expect(backups.count == 2 && listed.status == 0)
            let proven = try await runProgram(["restore", "--verify", "--from", place], environment: access)
            #expect(proven.status == 0 && proven.answer.contains("are whole"), "\(proven.complaint)")

            let elsewhere = folder + "/elsewhere"
            let words = ["restore", "--from", place, "--data-dir", elsewhere]
            let keyless = try await runProgram(words, environment: access.filter { $0.key != "HEDGEROW_BACKUP_KEY" })
            #expect(keyless.status == 1 && keyless.complaint.contains("HEDGEROW_BACKUP_KEY"), "\(keyless.complaint)")
            let restored = try await runProgram(words, environment: access)
            #expect(restored.status == 0, "\(restored.complaint)")
            let again = try await runProgram(words, environment: access)
            #expect(again.status == 1 && again.complaint.contains("not empty"), "\(again.complaint)")

            let database = try await Database.open("sqlite:\(elsewhere)/hedgerow.db")
            let objects = try await FileObjectStore(root: elsewhere + "/objects")
            let pictures = try await database.query("SELECT object_key FROM analysis_picture")
            #expect(!pictures.isEmpty)
            for row in pictures { _ = try await objects.head(ObjectKey(row["object_key"])) }
            await database.close()
            let second = try await ServerProcess(dataFolder: elsewhere, environment: Self.key)
            try await second.waitUntilReady()
            _ = await second.stop()
            for outcome in [listed, proven, keyless, restored, again] {
                #expect(!(outcome.answer + outcome.complaint).contains(bucket.secretKey))
                #expect(!(outcome.answer + outcome.complaint).contains("battery"))
            }
        }
    }

    @Test func `what cannot be done is said with the way out`() async throws {
        try await withTemporaryDirectory { folder in
            let data = ["--data-dir", folder + "/data"]
            for (words, status, complaint) in [
                (["backup"], Int32(2), "backup_to"), (["backup", folder + "/b"], 1, "there is no database"),
                (["backup", "a", "b"], 2, "one place"), (["backup", "a", "--keep-days", "0"], 2, "--keep-days"),
                (["backup", "a", "--keep-days", "36501"], 2, "from 1 to 36500"),
                (["backup", "a", "--keep-days", "999999999999999"], 2, "from 1 to 36500"),
                (["backup", folder + "/data"], 2, "holds the objects"), (["backup", folder], 2, "holds the objects"),
                (["backup", folder + "/data/"], 2, "holds the objects"), (["backup", "/"], 2, "holds the objects"),
                (["restore", "--from", folder + "/none"], 1, "there are no backups"),
                (["restore", "--from", folder], 1, "there are no backups"),
                (["restore", "--from", folder, "--id", "../x"], 2, "no name of a backup"),
                (["backup", folder + "/data/objects"], 2, "within the objects"),
                (["backup", folder + "/data/objects/below"], 2, "within the objects"),
                (["restore", "--list", "--verify", "--from", folder], 2, "do not go together"),
                (["restore", "--point-in-time", "yesterday"], 2, "a time with an offset"),
                (["restore", "--list", "--from", "s3://bucket/x"], 2, "s3_access_key"),
            ] {
                let outcome = try await runProgram(words + data, environment: ["AWS_ACCESS_KEY_ID": ""])
                #expect(
                    outcome.status == status && outcome.complaint.contains(complaint),
                    "\(words): \(outcome.complaint)"
                )
            }
            let short = try await runProgram(["backup", folder], environment: ["HEDGEROW_BACKUP_KEY": "short"])
            #expect(short.status == 2 && short.complaint.contains("openssl rand"))
            let late = try await runProgram(["backup", folder], environment: ["HEDGEROW_BACKUP_AT": "25:00"])
            #expect(late.status == 2 && late.complaint.contains("backup_at takes a time"))
        }
    }

    @Test func `a moment between backups is SQLite's to refuse`() async throws {
        try await withTemporaryDirectory { folder in
            let data = ["--data-dir", folder]
            #expect(try await runProgram(["migrate", "up"] + data).status == 0)
            let advice = try await runProgram(["restore", "--point-in-time", "2026-05-14T09:12:00Z"] + data)
            #expect(advice.status == 1 && advice.answer.contains("--list"), "\(advice.answer)")
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
    func `a moment between backups needs PostgreSQL's archive, and what lacks is named`() async throws {
        try await PostgresServer.shared().withDatabase { url in
            let words = ["restore", "--point-in-time", "2026-05-14T09:12:00Z"]
            let advice = try await runProgram(words, environment: ["HEDGEROW_DATABASE_URL": url])
            #expect(advice.status == 1 && advice.answer.contains("archive_mode = on"), "\(advice.answer)")
            #expect(advice.answer.contains("archive_command") && !advice.answer.contains("wal_level"))
        }
        let server = try await onThread {
            try PostgresServer(settings: ["archive_mode = on", "archive_command = 'true'"])
        }
        let words = ["restore", "--point-in-time", "2026-05-14T09:12:00Z"]
        let outcome = await Result { try await runProgram(words, environment: ["HEDGEROW_DATABASE_URL": server.url()]) }
        try await onThread { server.end() }
        let advice = try outcome.get()
        #expect(advice.status == 0 && advice.answer.contains("recovery_target_time = '2026-05-14 09:12:00+00'"))
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
