import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@testable import Accounts
@testable import App

/// What goes by itself, and what does not.
struct RetentionTests {
    private static let day = Duration.seconds(86_400)

    private func withRows(onPostgres: Bool, _ body: (Kit) async throws -> Void) async throws {
        guard onPostgres else { return try await withKit([:], body) }
        try await PostgresServer.shared().withDatabase { try await withKit(["database_url": $0], body) }
    }

    /// An analysis of this owner, so many days old, with a picture that is kept unless nobody's.
    private func insert(_ owner: String?, days: Int, into kit: Kit) async throws {
        let id = UUIDv7.next()
        let moment = Timestamp.now() - Self.day * days
        try await kit.database.write { tx in
            try await tx.execute(
                """
                INSERT INTO analysis
                    (id, created_at, task, owner, model_name, model_version, label, confidence, verdict, answer)
                VALUES ($1, $2, 'diagnose', $3, 'leaf', '1', 'rose', 0.5, 'confident', $4)
                """,
                [.uuid(id), .timestamp(moment), SQLValue(owner), .json(Array("{}".utf8))]
            )
            try await tx.execute(
                "INSERT INTO analysis_picture VALUES ($1, 0, $2, 0, $3)",
                [.uuid(id), .blob([1]), SQLValue(owner.map { "pictures/\($0)-\(days)" })]
            )
        }
        if let owner { try await kit.objects.put(ObjectKey("pictures/\(owner)-\(days)"), bytes: [1]) }
    }

    private func person(_ email: String, in kit: Kit) async throws -> User {
        try await kit.accounts.add(email, name: "X", role: .grower, password: "copper lantern 7", from: .command)
        let address = try #require(EmailAddress(email))
        return try #require(try await kit.accounts.users.user(address))
    }

    private func owners(_ kit: Kit) async throws -> [String: Int] {
        let rows = try await kit.database.query(
            "SELECT coalesce(owner, '') AS owner, count(*) AS total FROM analysis GROUP BY owner"
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["owner"], try $0["total"]) })
    }

    @Test(arguments: [false, true])
    func `strangers' results go after a month, what somebody keeps stays, and strays of people who are gone go too`(
        onPostgres: Bool
    ) async throws {
        try await withRows(onPostgres: onPostgres) { kit in
            let (ada, bea) = (
                try await person("ada@example.org", in: kit), try await person("bea@example.org", in: kit)
            )
            let gone = User.ID.next().description
            for (owner, days) in [
                (nil, 29), (nil, 31), (nil, 400), ("key", 900), ("ann", 900), (ada.id.description, 900),
                (bea.id.description, 900), (gone, 1),
            ] { try await insert(owner, days: days, into: kit) }
            try await kit.accounts.consents.change([.service: false], of: bea.id)
            let retention = Retention(Features.retained(kit))

            let seen = await retention.look()
            #expect(seen.fault == nil && seen.rules.allSatisfy { $0.removed == nil })
            let expected = ["anonymous-analyses": 2, "pictures-without-consent": 2, "rows-of-nobody": 1]
            #expect(seen.rules.filter { $0.expired > 0 }.reduce(into: [:]) { $0[$1.name] = $1.expired } == expected)
            #expect(try await owners(kit).values.reduce(0, +) == 8, "looking changes nothing")

            let done = await retention.carryOut()
            #expect(done.fault == nil)
            #expect(done.rules.filter { $0.removed != 0 }.reduce(into: [:]) { $0[$1.name] = $1.removed } == expected)
            let left = ["": 1, "key": 1, "ann": 1, ada.id.description: 1, bea.id.description: 1]
            #expect(try await owners(kit) == left, "rows stay, of who withdrew too")
            let kept = try await kit.database.texts(of: "object_key", in: "analysis_picture", after: nil, limit: 9)
            #expect(Set(kept) == Set(["ann", "key", ada.id.description].map { "pictures/\($0)-900" }))
            #expect(await retention.look().rules.allSatisfy { $0.expired == 0 })
        }
    }

    @Test func `objects whose rows are gone are removed, unless another row refers to them`() async throws {
        try await withKit([:]) { kit in
            try await insert("ann", days: 1, into: kit)
            for name in ["pictures/ann-2", "pictures/ann-0"] { try await kit.objects.put(ObjectKey(name), bytes: [1]) }
            let claims = Features.objects(of: kit.database)
            let remove = RemoveObjects(objects: kit.objects, claims: claims)
            try await remove(["pictures/ann-0", "pictures/ann-1", "pictures/ann-2", "pictures/none", "no key"])
            let left = try await kit.objects.list(prefix: "", after: nil, limit: 9).map(\.key.description)
            #expect(left == ["pictures/ann-1"])
        }
    }

    @Test func `a log file that was put aside goes after 90 days, and the one in use never`() async throws {
        try await withTemporaryDirectory { folder in
            let past = Date(timeIntervalSinceNow: -91 * 86_400)
            for name in ["log", "log.1", "log.2", "log.txt"] {
                let path = "\(folder)/\(name)"
                try Data("x".utf8).write(to: URL(filePath: path))
                if name != "log.1" {
                    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
                }
            }
            let files = OldLogFiles(file: folder + "/log")
            #expect(try await files.expired(at: .now()) == 1)
            #expect(try await files.removeAll(at: .now()) == 1)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["log", "log.1", "log.txt"]
            )
        }
    }

    @Test func `hedgerow retention shows each rule, and carries it out unless it is a dry run`() async throws {
        try await withTemporaryDirectory { folder in
            let place = ["--data-dir", folder, "--share", SharedData.checkout]
            let values = ["share": SharedData.checkout, "data_dir": folder]
            let settings = Settings([Settings.Layer(source: "test", values: values)])
            let kit = try await Kit.open(try Configuration(settings, environment: ["HOME": folder]), log: .silent)
            for days in [1, 31, 32] { try await insert(nil, days: days, into: kit) }
            await kit.close()
            func rule(_ arguments: [String]) async throws -> [String: Any] {
                let outcome = try await runProgram(["retention", "--json"] + arguments + place)
                #expect(outcome.status == 0, "\(outcome.complaint)")
                let rules = try JSONSerialization.jsonObject(with: Data(outcome.answer.utf8)) as? [[String: Any]]
                return try #require(rules?.first { $0["name"] as? String == "anonymous-analyses" })
            }
            let dry = try await rule(["--dry-run"])
            #expect(dry["expired"] as? Int == 2 && dry["removed"] == nil)
            let done = try await rule([])
            #expect(done["expired"] as? Int == 2 && done["removed"] as? Int == 2)
            let table = try await runProgram(["retention"] + place)
            #expect(table.status == 0 && table.answer.contains("anonymous-analyses: Results of callers"))
            let wrong = try await runProgram(["retention", "soon"] + place)
            #expect(wrong.status == 2)
        }
    }
}
