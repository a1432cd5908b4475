import Archive
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@testable import App

/// What is kept about a person: handed over whole, and gone when they go, searched for in every table and every object.
struct PrivacyTests {
    enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }

    /// A running server, and the same settings for looking at what it keeps.
    struct Place: Sendable {
        let server: ServerProcess
        let configuration: Configuration
    }

    private func withServer(
        _ engine: Engine,
        _ settings: [String: String] = [:],
        _ body: (Place) async throws -> Void
    ) async throws {
        switch engine {
        case .sqlite: try await serve(nil, settings, body)
        case .postgres:
            try await PostgresServer.shared().withDatabase { try await serve($0, settings, body) }
        }
    }

    private func serve(
        _ database: String?,
        _ settings: [String: String],
        _ body: (Place) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            var values = settings.merging(["share": SharedData.checkout, "data_dir": folder]) { $1 }
            values["database_url"] = database
            let environment = values.filter { $0.key != "data_dir" }.map { ("HEDGEROW_\($0.uppercased())", $1) }
            let server = try await ServerProcess(
                dataFolder: folder,
                environment: Dictionary(uniqueKeysWithValues: environment)
            )
            try await server.waitUntilReady()
            let layer = Settings.Layer(source: "test", values: values)
            let configuration = try Configuration(Settings([layer]), environment: ["HOME": folder])
            try await body(Place(server: server, configuration: configuration))
            _ = await server.stop()
        }
    }

    /// Sends all that a person can send, and returns when it is read.
    private func fill(
        _ person: PrivacyPerson,
        _ pictures: [[UInt8]]
    ) async throws -> (analyses: [String], batch: String) {
        var analyses: [String] = []
        for picture in pictures {
            analyses.append(try person.post("/api/v1/diagnose", MultipartBody().file("file", picture)))
        }
        analyses.append(try person.post("/api/v1/identify", MultipartBody().file("file", pictures[0])))
        let form = pictures.enumerated().reduce(MultipartBody()) { form, entry in
            form.file("files", entry.element, filename: "Beet von \(person.email) \(entry.offset).jpg")
        }
        let batch = try person.post("/api/v1/jobs", form)
        try await eventually("the batch is read") {
            let job = try person.get("/api/v1/jobs/\(batch)").json["job"] as? [String: Any]
            return job?["status"] as? String == "finished"
        }
        let key = try person.send(
            "POST",
            "/api/v1/keys",
            ["name": "balcony of \(person.email)", "scopes": ["predict"]]
        )
        #expect(key.status == 201, "\(key.text)")
        return (analyses, batch)
    }

    @Test(arguments: Engine.allCases)
    func `everything of a person is handed over, and nothing is left of them when they go`(
        engine: Engine
    ) async throws {
        try await withServer(engine, ["leaving_days": "0"]) { place in
            let (server, configuration) = (place.server, place.configuration)
            let ada = try await PrivacyPerson.make(
                "Ada.Lovelace@Example.org",
                name: "Ada Lovelace-Byron",
                on: server,
                configuration
            )
            let bea = try await PrivacyPerson.make("bea@example.org", name: "Bea", on: server, configuration)
            let pictures = [TestPictures.plain(width: 301), TestPictures.plain(width: 302)]
            let (analyses, batch) = try await fill(ada, pictures)
            // Somebody else sends the same picture.
            let other = try bea.post("/api/v1/diagnose", MultipartBody().file("file", pictures[0]))
            #expect(try ada.send("PUT", "/api/v1/consent", ["purposes": ["community": true]]).status == 200)
            #expect(try ada.get("/api/v1/audit").status == 403)

            let usage = try #require(try ada.get("/api/v1/consent/usage").json["items"] as? [[String: Any]])
            let counts = Dictionary(
                uniqueKeysWithValues: usage.map { ($0["what"] as? String ?? "", $0["count"] as? Int ?? -1) }
            )
            let kept = ["analyses": 5, "pictures": 2, "batches": 1, "sessions": 1, "keys": 1]
            let none = [
                "camera-trap pictures", "reviews", "imports", "applications", "alert rules", "alert channels",
                "where alert channels lead",
                "acknowledged alerts",
            ]
            #expect(counts == kept.merging(none.map { ($0, 0) }) { $1 })

            let export = try ada.get("/api/v1/me/export")
            #expect(export.status == 200 && export["content-type"] == "application/zip")
            let files = try await read(export.body)
            try expectWhole(files, ada, analyses, batch, pictures)

            let words = [ada.id, ada.email, ada.email.lowercased(), "Lovelace", "Beet von"]
            let before = try await Traces(configuration).tables(of: words)
            for place in [
                "app_user \(ada.email)", "app_user Lovelace", "analysis \(ada.id)", "batch \(ada.id)",
                "batch_picture Beet von", "session \(ada.id)", "api_key \(ada.email)", "consent_person \(ada.id)",
            ] { #expect(before.contains(place), "the search finds what is there: \(before)") }
            let wrong = try ada.send("DELETE", "/api/v1/me", ["password": "wrong password 1"])
            #expect(wrong.status == 403, "\(wrong.text)")
            let leaving = try ada.send("DELETE", "/api/v1/me", ["password": PrivacyPerson.password])
            #expect(leaving.status == 202, "\(leaving.text)")
            #expect(try ada.get("/api/v1/auth/me").status == 401)
            try await eventually("they are gone, and nothing of theirs is in any other table") {
                try await Traces(configuration).tables(of: words).filter { $0 != "audit \(ada.id)" }.isEmpty
            }
            let traces = try await Traces(configuration)
            #expect(try await traces.tables(of: words) == ["audit \(ada.id)"], "keys on the trail are all that stays")
            try await eventually("their pictures are gone") { try await traces.objects().count == 1 }
            #expect(try await traces.objects().first?.content == pictures[0], "the one that somebody else sent too")
            #expect(try bea.get("/api/v1/analyses/\(other)").status == 200)
            #expect(try await read(bea.get("/api/v1/me/export").body).keys.contains { $0.hasPrefix("pictures/") })
            let report = try await traces.report()
            #expect(report["analyses"] == "5" && report["pictures"] == "2" && report["batches"] == "1")
            try await traces.expectChainsWhole()
        }
    }

    @Test func `an administrator's removal erases in the same way, and so does the command`() async throws {
        try await withServer(.sqlite, ["api_key": "privacy-key-0123456789"]) { place in
            for (email, isCommand) in [("carl@example.org", true), ("dora@example.org", false)] {
                let person = try await PrivacyPerson.make(email, name: "Someone", on: place.server, place.configuration)
                _ = try await fill(person, [TestPictures.plain(width: 303)])
                if isCommand {
                    try await ManagePeople.with(place.configuration) { try await $0.remove(email) }
                } else {
                    let key = ["X-API-Key": "privacy-key-0123456789"]
                    let gone = try place.server.request("DELETE", "/api/v1/users/\(person.id)", headers: key)
                    #expect(gone.status == 204, "\(gone.text)")
                    let again = try place.server.request("DELETE", "/api/v1/users/\(person.id)", headers: key)
                    #expect(again.status == 404)
                }
                let traces = try await Traces(place.configuration)
                #expect(try await traces.tables(of: [person.id, email]) == ["audit \(person.id)"])
                try await eventually("their pictures are gone") { try await traces.objects().isEmpty }
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `who withdraws keeps their answers, and no picture`(engine: Engine) async throws {
        try await withServer(engine, ["api_key": "privacy-key-0123456789"]) { place in
            let ada = try await PrivacyPerson.make(
                "ada@example.org",
                name: "Ada",
                on: place.server,
                place.configuration
            )
            let (analyses, _) = try await fill(ada, [TestPictures.plain(width: 304), TestPictures.plain(width: 305)])
            let traces = try await Traces(place.configuration)
            #expect(try await traces.objects().count == 2)
            let key = ["X-API-Key": "privacy-key-0123456789"]
            let form = MultipartBody().file("file", TestPictures.plain(width: 306))
            #expect(try place.server.post("/api/v1/diagnose", form, headers: key).status == 200)

            let answer = try ada.send("PUT", "/api/v1/consent", ["purposes": ["service": false]])
            #expect(answer.status == 200, "\(answer.text)")
            try await eventually("only the operator's picture is left") { try await traces.objects().count == 1 }
            _ = try ada.post("/api/v1/diagnose", form)
            #expect(try await traces.objects().count == 1, "none is kept from now on")
            #expect(try ada.get("/api/v1/analyses/\(analyses[0])").status == 200)
            #expect(try ada.get("/api/v1/analyses").json["total"] as? Int == 6)

            #expect(try ada.send("PUT", "/api/v1/consent", ["purposes": ["service": true]]).status == 200)
            _ = try ada.post("/api/v1/diagnose", MultipartBody().file("file", TestPictures.plain(width: 304)))
            #expect(try await traces.objects().count == 2, "who agrees again has pictures kept again")
            let strange = try ada.send("PUT", "/api/v1/consent", ["purposes": ["everything": true]])
            #expect(strange.status == 422 && strange.text.contains("model_training"), "\(strange.text)")
            let ledger = try #require(try ada.get("/api/v1/consent/audit").json["items"] as? [[String: Any]])
            #expect(ledger.map { $0["granted"] as? Bool } == [true, false, true])
        }
    }

    @Test func `who leaves may sign in and do nothing but stay`() async throws {
        try await withServer(.sqlite) { place in
            var ada = try await PrivacyPerson.make(
                "ada@example.org",
                name: "Ada",
                on: place.server,
                place.configuration
            )
            let leaving = try ada.send("DELETE", "/api/v1/me", ["password": PrivacyPerson.password])
            #expect(leaving.status == 202 && leaving.json["state"] as? String == "leaving", "\(leaving.text)")
            #expect(try ada.get("/api/v1/consent").status == 401)
            try ada.signInAgain()
            #expect(try ada.get("/api/v1/analyses").status == 403)
            #expect(try ada.get("/api/v1/me/export").status == 200)
            #expect(try ada.send("POST", "/api/v1/me/stay").status == 204)
            #expect(try ada.get("/api/v1/analyses").status == 200)
            #expect(try ada.send("POST", "/api/v1/me/stay").status == 409)
        }
    }

    private func read(_ archive: [UInt8]) async throws -> [String: [UInt8]] {
        try await withTemporaryDirectory { folder in
            let path = folder + "/export.zip"
            try Data(archive).write(to: URL(filePath: path))
            let out = folder + "/out"
            // Another program than ours reads it.
            let script =
                "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])"
            try await onThread {
                let python = Process()
                python.executableURL = URL(filePath: "/usr/bin/env")
                python.arguments = ["python3", "-c", script, path, out]
                try python.run()
                while python.isRunning { Thread.sleep(forTimeInterval: 0.005) }
                guard python.terminationStatus == 0 else { throw LoopbackFault.failed("read the archive") }
            }
            var files: [String: [UInt8]] = [:]
            for name in FileManager.default.subpaths(atPath: out) ?? [] {
                if let bytes = try? TestPictures.read("\(out)/\(name)") { files[name] = bytes }
            }
            return files
        }
    }

    private func expectWhole(
        _ files: [String: [UInt8]],
        _ person: PrivacyPerson,
        _ analyses: [String],
        _ batch: String,
        _ pictures: [[UInt8]]
    ) throws {
        func text(_ name: String) -> String { String(decoding: files[name] ?? [], as: UTF8.self) }
        func json(_ name: String) throws -> Any {
            try JSONSerialization.jsonObject(with: Data(files[name] ?? []))
        }
        for name in ["profile.json", "consents.json", "sessions.json", "keys.json", "audit.json", "pictures/"] {
            #expect(text("README.txt").contains(name))
        }
        let profile = try #require(try json("profile.json") as? [String: Any])
        #expect(profile["email"] as? String == person.email && profile["id"] as? String == person.id)
        let consents = try #require(try json("consents.json") as? [String: Any])
        #expect((consents["ledger"] as? [Any])?.count == 2 && (consents["now"] as? [Any])?.count == 4)
        #expect(try (json("sessions.json") as? [Any])?.count == 1)
        #expect(text("keys.json").contains("balcony of") && !text("keys.json").contains("hk_"))
        let trail = try #require(try json("audit.json") as? [[String: Any]])
        #expect(trail.contains { $0["action"] as? String == "user.made" && $0["by_you"] as? Bool == false })
        #expect(trail.contains { $0["action"] as? String == "user.exported" && $0["by_you"] as? Bool == true })
        for id in analyses {
            let analysis = try #require(try json("analyses/\(id).json") as? [String: Any])
            #expect((analysis["answer"] as? [String: Any])?["id"] as? String == id)
            let file = ((analysis["pictures"] as? [[String: Any]])?.first)?["file"] as? String
            #expect(pictures.contains(files[file ?? ""] ?? []), "\(analysis)")
        }
        #expect(files.keys.filter { $0.hasPrefix("analyses/") }.count == 5, "two of them of the batch")
        #expect(Set(files.filter { $0.key.hasPrefix("pictures/") }.values) == Set(pictures))
        #expect(text("batches/\(batch).json").contains("Beet von"))
        #expect(!files.values.contains { String(decoding: $0, as: UTF8.self).contains("argon2") })
    }
}
