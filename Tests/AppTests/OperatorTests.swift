import Foundation
import TestSupport
import Testing

/// What the operator reads when something is amiss, and whether what it advises works.
struct OperatorTests {
    private static let key = ["HEDGEROW_API_KEY": "operator-key-0123456789"]
    private static let signedIn = ["X-API-Key": "operator-key-0123456789"]

    @Test(arguments: ["file as data folder", "folder as database", "folder that cannot be"])
    func `what keeps the server from starting is said with its place and its cure`(obstacle: String) async throws {
        try await withTemporaryDirectory { folder in
            var data = folder + "/data"
            var place = data
            switch obstacle {
            case "file as data folder": try Data("x".utf8).write(to: URL(filePath: data))
            case "folder as database":
                place = data + "/hedgerow.db"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            default:
                data = "/proc/nope"
                place = data
            }
            let outcome = try await runProgram(["serve", "--port", "0", "--data-dir", data])
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains(place) && outcome.complaint.contains("Cure:"), "\(outcome.complaint)")
            #expect(!outcome.complaint.contains("CocoaError"))
        }
    }

    @Test(arguments: [
        (["--port", "0", "--log-file", "/proc/nope"], "log_file"),
        (["--port", "0", "--host", "nonsense.invalid"], "host"),
        (["--port", "0", "--metrics-port", "TAKEN"], "metrics_port"), (["--port", "TAKEN"], "in port"),
        (["--port", "0", "--tls", "files", "--tls-certificate", "TEXT", "--tls-key", "TEXT"], "tls_key"),
    ])
    func `a fault at the start names the setting and the cure`(words: [String], setting: String) async throws {
        let taken = try await CommonServer.get()
        try await withTemporaryDirectory { folder in
            try Data("text".utf8).write(to: URL(filePath: folder + "/text"))
            let known = ["TAKEN": "\(taken.port)", "TEXT": folder + "/text"]
            let outcome = try await runProgram(["serve", "--data-dir", folder] + words.map { known[$0] ?? $0 })
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains(setting) && outcome.complaint.contains("Cure:"), "\(outcome.complaint)")
        }
    }

    @Test func `a page of another origin reaches nothing, and a program without one does`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("file", TestPictures.plain(width: 303))
        let own = "http://127.0.0.1:\(server.port)"
        for (headers, status) in [
            ([:], 200), (["Origin": own], 200), (["Origin": "http://evil.example"], 403), (["Origin": "null"], 403),
            (["Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"], 403),
        ] {
            #expect(try server.post("/predict", form, headers: headers).status == status, "\(headers)")
        }
        let named = try server.connect()
        try named.send(Array("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".utf8))
        #expect(try named.answer().status == 403)
    }

    @Test func `the command that a spoiled model's fault names mends it`() async throws {
        try await withTemporaryDirectory { folder in
            let model = folder + "/models/leaf"
            try FileManager.default.createDirectory(atPath: folder + "/models", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: SharedData.checkout + "/Models/leaf", toPath: model)
            try FileManager.default.removeItem(atPath: model + "/model.onnx")
            let place = ["--data-dir", folder, "--share", SharedData.checkout]
            let verified = try await runProgram(["models", "verify", "leaf"] + place)
            let cure = try #require(verified.answer.firstMatch(of: /`hedgerow ([^`]*)`/)?.1)
            #expect(cure == "models install leaf")
            let installed = try await runProgram(cure.split(separator: " ").map(String.init) + place)
            #expect(installed.status == 0, "\(installed.complaint)")
            let again = try await runProgram(["models", "verify", "leaf"] + place)
            #expect(again.status == 0)
        }
    }

    @Test func `a folder of pictures that is lost is the server's trouble, not a missing picture`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            try await server.waitUntilReady()
            try FileManager.default.removeItem(atPath: folder + "/objects")
            let form = MultipartBody().file("file", TestPictures.plain())
            let answer = try server.post("/api/v1/diagnose", form, headers: Self.signedIn)
            #expect(answer.status == 503)
            #expect(answer.text.contains("hedgerow doctor"))
            _ = await server.stop()
        }
    }

    @Test func `a database removed under the running server shows on the health page and in the log`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            try await server.waitUntilReady()
            for name in ["hedgerow.db", "hedgerow.db-wal", "hedgerow.db-shm"] {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            try await Task.sleep(for: .milliseconds(1_100))  // as long as a good report is kept
            let ready = try server.request("GET", "/health/ready")
            #expect(ready.status == 503 && ready.text.contains("removed or replaced"), "\(ready.text)")
            #expect(server.logText.contains("database fault"))
            _ = await server.stop()
        }
    }

    @Test func `an answer with an overlay is not kept in memory, one without is`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("file", TestPictures.plain(width: 301))
        _ = try server.post("/predict?explain=true", form)
        #expect(try server.post("/predict?explain=true", form).json["cached"] as? Bool == false)
        _ = try server.post("/predict", form)
        #expect(try server.post("/predict", form).json["cached"] as? Bool == true)
    }
}
