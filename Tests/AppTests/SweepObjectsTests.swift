import Core
import Database
import Foundation
import Glibc
import ObjectStore
import TestSupport
import Testing

@testable import App

/// What becomes of pictures that no row refers to.
struct SweepObjectsTests {
    private static let key = ["HEDGEROW_API_KEY": "sweeping-key-0123456789"]
    private static func place(_ folder: String) -> [String] { ["--data-dir", folder, "--share", SharedData.checkout] }

    /// A database with the tables of all features, and the rows of one analysis and one batch.
    private func withRows(_ body: (Database) async throws -> Void) async throws {
        let database = try await Database.open("sqlite::memory:")
        _ = try await Migrator(database, migrations: Features.migrations).up()
        let id = UUIDv7.next()
        try await database.execute(
            """
            INSERT INTO analysis
                (id, created_at, task, owner, model_name, model_version, label, confidence, verdict, answer)
            VALUES ($1, $2, 'diagnose', 'ann', 'leaf', '1', 'rose', 0.5, 'confident', $3)
            """,
            [.uuid(id), .timestamp(.now()), .json(Array("{}".utf8))]
        )
        for (position, key) in ["pictures/known", "pictures/known2", "no key at all", nil].enumerated() {
            try await database.execute(
                "INSERT INTO analysis_picture VALUES ($1, $2, $3, 0, $4)",
                [.uuid(id), .integer(Int64(position)), .blob([1]), SQLValue(key)]
            )
        }
        try await database.execute(
            "INSERT INTO batch (id, owner, task, options, created_at, total, done, failed) VALUES ($1, 'ann', 'diagnose', $2, $3, 1, 0, 0)",
            [.uuid(id), .json(Array("{}".utf8)), .timestamp(.now())]
        )
        try await database.execute(
            "INSERT INTO batch_picture (batch_id, position, filename, object_key) VALUES ($1, 0, 'a.jpg', 'batches/b/0')",
            [.uuid(id)]
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.close()
        try result.get()
    }

    private func withStore(_ kind: String, _ body: (any ObjectStore) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            var values = ["share": SharedData.checkout, "data_dir": folder]
            if kind == "bucket" {
                let bucket = try await S3Server.shared
                values["objects_url"] = "s3://\(bucket.bucket)/sweep/\(UUIDv7.next())?endpoint=\(bucket.endpoint)"
                values["s3_access_key"] = bucket.accessKey
                values["s3_secret_key"] = bucket.secretKey
            }
            let settings = Settings([Settings.Layer(source: "test", values: values)])
            try await body(openObjectStore(try Configuration(settings, environment: ["HOME": folder])))
        }
    }

    private func names(_ store: any ObjectStore) async throws -> Set<String> {
        Set(try await store.list(prefix: "", after: nil, limit: 1_000).map(\.key.description))
    }

    @Test(arguments: ["files", "bucket"])
    func `what rows of any feature refer to stays, and so does what is young or nobody's`(kind: String) async throws {
        try await withRows { database in
            try await withStore(kind) { store in
                let known = [
                    "pictures/known", "pictures/known2", "batches/b/0", "pictures/other", "pictures/other/9",
                    "elsewhere/a",
                ]
                let orphans = ["pictures/a", "pictures/known3", "pictures/other/8", "batches/b/1", "batches/c"]
                for name in known + orphans { try await store.put(ObjectKey(name), bytes: [1, 2, 3]) }
                // Another feature, which has pictures too.
                let others = ["pictures/other", "pictures/other/9"]
                let another = ObjectClaim(prefix: "pictures/") { last, limit in
                    Array(others.filter { $0 > last ?? "" }.prefix(limit))
                }
                let claims = Features.objects(of: database) + [another]
                func sweep(at clock: WallClock) -> SweepObjects {
                    SweepObjects(store, claims: claims, olderThan: .seconds(86_400), clock: clock)
                }
                let young = try await sweep(at: .system).remove()
                #expect(young.orphans == 0 && young.removed == 0 && young.spared == orphans.count)
                let later = sweep(at: WallClock { .now() + .seconds(90_000) })
                let seen = try await later.look()
                #expect(seen.isDryRun && seen.orphans == 5 && seen.orphanBytes == 15 && seen.removed == 0)
                #expect(Set(seen.examples) == Set(orphans))
                #expect(try await names(store) == Set(known + orphans))
                let removed = try await later.unattended()
                #expect(!removed.isDryRun && removed.removed == 5 && removed.examined == 10)
                #expect(try await names(store) == Set(known))
                #expect(try await later.remove().orphans == 0)
            }
        }
    }

    @Test func `when most objects seem to be orphans nobody removes them unasked`() async throws {
        try await withRows { database in
            try await withStore("files") { store in
                for number in 0..<101 { try await store.put(ObjectKey("pictures/\(number)"), bytes: [1]) }
                let clock = WallClock { .now() + .seconds(90_000) }
                let claims = Features.objects(of: database)
                let sweep = SweepObjects(store, claims: claims, olderThan: .seconds(86_400), clock: clock)
                let fault = await #expect(throws: ImplausibleSweep.self) { try await sweep.unattended() }
                #expect(fault.map { "\($0)" }?.contains("101 of 101") == true)
                #expect(try await names(store).count == 101)
            }
        }
    }

    @Test func `hedgerow objects sweep shows, asks and removes, beside a running server`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            try await server.waitUntilReady()
            let form = MultipartBody().file("file", TestPictures.plain())
            let answer = try server.post(
                "/api/v1/diagnose",
                form,
                headers: ["X-API-Key": Self.key["HEDGEROW_API_KEY"] ?? ""]
            )
            #expect(answer.status == 200, "\(answer.text)")
            let store = try await FileObjectStore(root: folder + "/objects")
            let kept = try await store.list(prefix: "", after: nil, limit: 10).map(\.key)
            #expect(kept.count == 1)
            for (name, age) in [("old", 90_000), ("recent", 7_200)] {
                let orphan = try ObjectKey("pictures/\(name)")
                try await store.put(orphan, bytes: [UInt8](repeating: 1, count: 100_000))
                try Self.age(#require(store.localPath(of: orphan)), by: age)
            }
            for key in kept { try Self.age(#require(store.localPath(of: key)), by: 90_000) }

            let place = Self.place(folder)
            let dry = try await runProgram(["objects", "sweep", "--dry-run"] + place)
            #expect(dry.status == 0 && dry.answer.contains("would go  pictures/old") && dry.answer.contains("0.1 MB"))
            #expect(!dry.answer.contains("recent"), "\(dry.answer)")
            let unasked = try await runProgram(["objects", "sweep"] + place)
            #expect(unasked.status == 2 && unasked.complaint.contains("--yes"), "\(unasked.complaint)")
            #expect(try await names(store).count == 3)
            let json = try await runProgram(["objects", "sweep", "--yes", "--json"] + place)
            let outcome = try #require(JSONSerialization.jsonObject(with: Data(json.answer.utf8)) as? [String: Any])
            #expect(outcome["removed"] as? Int == 1 && outcome["orphan_bytes"] as? Int == 100_000)
            #expect(outcome["is_dry_run"] as? Bool == false && outcome["spared"] as? Int == 1)
            let again = try await runProgram(["objects", "sweep", "--older-than", "90m", "--yes"] + place)
            #expect(again.status == 0 && again.answer.contains("gone  pictures/recent"), "\(again.answer)")
            #expect(try await store.list(prefix: "", after: nil, limit: 10).map(\.key) == kept)
            _ = await server.stop()
        }
    }

    @Test(arguments: [
        (["sweep", "--older-than", "10m"], 2, "at least an hour"), (["sweep", "--older-than", "soon"], 2, "24h"),
        (["swoop"], 2, "takes sweep"), (["sweep"], 1, "there is no database"),
    ])
    func `what cannot be swept is refused with the way out`(
        words: [String],
        status: Int32,
        complaint: String
    ) async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await runProgram(["objects"] + words + Self.place(folder))
            #expect(outcome.status == status && outcome.complaint.contains(complaint), "\(outcome.complaint)")
        }
    }

    @Test func `tables of another version may refer to more than is known, so nothing is swept`() async throws {
        try await withTemporaryDirectory { folder in
            #expect(try await runProgram(["migrate", "up"] + Self.place(folder)).status == 0)
            let database = try await Database.open("sqlite:\(folder)/hedgerow.db")
            try await database.execute("INSERT INTO schema_migrations VALUES ('garden', 1, 'later', 'x', 1)")
            await database.close()
            let outcome = try await runProgram(["objects", "sweep", "--yes"] + Self.place(folder))
            #expect(
                outcome.status == 1 && outcome.complaint.contains("hedgerow migrate status"),
                "\(outcome.complaint)"
            )
        }
    }

    private static func age(_ path: String, by seconds: Int) throws {
        let past = Date(timeIntervalSinceNow: -TimeInterval(seconds))
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
    }
}
