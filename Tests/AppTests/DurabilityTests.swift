import Foundation
import Glibc
import TestSupport
import Testing

/// What was answered is still there after the power went out; what is broken is said and hurts nothing else.
struct DurabilityTests {
    private static let key = ["HEDGEROW_API_KEY": "durable-key-0123456789"]
    private static let signedIn = ["X-API-Key": "durable-key-0123456789"]

    @Test func `a signed-in diagnosis and its picture survive kill -9 the moment after the answer`() async throws {
        try await survives(environment: Self.key)
    }

    @Test func `with PostgreSQL it survives too, and the password is in no log`() async throws {
        try await PostgresServer.shared().withDatabase { url in
            try await survives(environment: Self.key.merging(["HEDGEROW_DATABASE_URL": url]) { $1 })
        }
    }

    private func survives(environment: [String: String]) async throws {
        try await withTemporaryDirectory { folder in
            let picture = TestPictures.plain()
            let first = try await ServerProcess(dataFolder: folder, environment: environment)
            try await first.waitUntilReady()
            var ids: [String] = []
            for _ in 0..<5 {
                let answer = try first.post(
                    "/api/v1/diagnose",
                    MultipartBody().file("file", picture),
                    headers: Self.signedIn
                )
                #expect(answer.status == 200, "\(answer.text)")
                ids.append(try #require(answer.json["id"] as? String))
            }
            _ = await first.stop(SIGKILL)

            let second = try await ServerProcess(dataFolder: folder, environment: environment)
            try await second.waitUntilReady()
            for id in ids {
                let status = try second.request("GET", "/api/v1/analyses/\(id)").status
                #expect(status == 200)
            }
            let history = try second.request("GET", "/api/v1/analyses?limit=3", headers: Self.signedIn).json
            #expect(history["total"] as? Int == 5)
            #expect(history["pages"] as? Int == 2)
            #expect(((history["items"] as? [[String: Any]])?.first?["id"] as? String) == ids.last)
            let kept = try #require(FileManager.default.subpaths(atPath: folder + "/objects"))
            let same = kept.contains { path in
                (try? TestPictures.read("\(folder)/objects/\(path)")) == picture
            }
            #expect(same)
            let hasFile = FileManager.default.fileExists(atPath: folder + "/hedgerow.db")
            #expect(hasFile == (environment["HEDGEROW_DATABASE_URL"] == nil))
            #expect(!second.logText.contains("word%2F%25") && !second.logText.contains(PostgresServer.password))
            _ = await second.stop()
        }
    }

    @Test func `an anonymous picture is never kept, its result is written within a second`() async throws {
        try await withTemporaryDirectory { folder in
            let first = try await ServerProcess(dataFolder: folder)
            try await first.waitUntilReady()
            let json = try first.post("/predict", MultipartBody().file("file", TestPictures.plain())).json
            let id = try #require(json["id"] as? String)
            try await Task.sleep(for: .milliseconds(1_200))
            _ = await first.stop(SIGKILL)
            let kept = FileManager.default.subpaths(atPath: folder + "/objects") ?? []
            #expect(!kept.contains { $0.contains("pictures") })
            let second = try await ServerProcess(dataFolder: folder)
            let status = try second.request("GET", "/api/v1/analyses/\(id)").status
            #expect(status == 200)
            _ = await second.stop()
        }
    }

    @Test(arguments: ["corrupt", "missing"])
    func `without its model the server serves the rest and says what to do`(damage: String) async throws {
        try await withTemporaryDirectory { folder in
            let model = folder + "/models/leaf"
            try FileManager.default.createDirectory(atPath: folder + "/models", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: SharedData.checkout + "/Models/leaf", toPath: model)
            if damage == "corrupt" {
                try Data("no network".utf8).write(to: URL(filePath: model + "/model.onnx"))
            } else {
                try FileManager.default.removeItem(atPath: model + "/model.onnx")
            }
            let server = try await ServerProcess(dataFolder: folder)
            var ready = try server.request("GET", "/health/ready")
            for _ in 0..<100 where ready.text.contains("being loaded") {
                try await Task.sleep(for: .milliseconds(50))
                ready = try server.request("GET", "/health/ready")
            }
            #expect(ready.status == 503)
            #expect(ready.text.contains("hedgerow models"))
            let prediction = try server.post("/predict", MultipartBody().file("file", TestPictures.plain()))
            #expect(prediction.status == 503)
            #expect(prediction.text.contains("hedgerow models"))
            #expect(try server.request("GET", "/api/v1/species/tomato").status == 200)
            #expect(try server.request("GET", "/health").status == 200)
            let status = await server.stop()
            #expect(status == 0)
        }
    }

    @Test func `closed to strangers when the operator says so`() async throws {
        try await withTemporaryDirectory { folder in
            let environment = Self.key.merging(["HEDGEROW_ANONYMOUS": "off"]) { $1 }
            let server = try await ServerProcess(dataFolder: folder, environment: environment)
            try await server.waitUntilReady()
            let form = MultipartBody().file("file", TestPictures.plain())
            let stranger = try server.post("/predict", form)
            #expect(stranger.status == 401)
            let holder = try server.post("/predict", form, headers: Self.signedIn)
            #expect(holder.status == 200)
            #expect(!server.logText.contains("durable-key"))
            _ = await server.stop()
        }
    }
}
