import Foundation
import TestSupport
import Testing

/// Camera traps on a running server.
@Suite("Camera traps") struct CameraTrapTests {
    private static let key = "camera-trap-key-of-the-tests-0123456789"
    private static let operator_ = ["X-API-Key": key]

    private func send(
        _ picture: [UInt8],
        to server: ServerProcess,
        camera: String = "oak",
        as headers: [String: String] = operator_
    ) throws -> LoopbackAnswer {
        let form = MultipartBody().file("file", picture, filename: "IMG_0001.JPG")
        return try server.post("/api/v1/images?camera_id=\(camera)", form, headers: headers)
    }

    private func status(of id: String, on server: ServerProcess) throws -> [String: Any] {
        try server.request("GET", "/api/v1/images/\(id)", headers: Self.operator_).json
    }

    @Test func `without a detector a picture waits, with its small copies, and says for what`() async throws {
        try await People.with(environment: ["HEDGEROW_API_KEY": Self.key]) { people in
            let server = people.server
            let sent = try send(TestPictures.plain(width: 400, height: 300), to: server)
            #expect(sent.status == 201, "\(sent.text)")
            let id = try #require(sent.json["id"] as? String)
            #expect(sent["location"] == "/api/v1/images/\(id)")
            try await eventually("the picture waits") { try status(of: id, on: server)["cause"] != nil }
            let waiting = try status(of: id, on: server)
            #expect(waiting["status"] as? String == "pending")
            #expect((waiting["cause"] as? String)?.contains("hedgerow models install yolox-nano") == true)
            let thumbnail = try #require(waiting["thumbnail_url"] as? String)
            let small = try server.request("GET", thumbnail)
            #expect(small.status == 200 && small["content-type"] == "image/jpeg")
            // Nobody knows yet who is on it.
            let viewer = try await people.join("viewer", role: "viewer")
            let seen = try people.call("GET", "/api/v1/images/\(id)", as: viewer)
            #expect(seen.status == 404, "who sees no site sees no picture: \(seen.text)")
            let health = try server.request("GET", "/health").json["status"] as? String
            #expect(health == "healthy", "a detector that is not installed is no trouble")
            let again = try send(TestPictures.plain(width: 400, height: 300), to: server, camera: "elm")
            #expect(again.status == 200)
            let broken = try send(Array(TestPictures.plain().prefix(900)), to: server)
            #expect(broken.status == 400)
            let gone = try server.request("DELETE", "/api/v1/images/\(id)", headers: Self.operator_)
            #expect(gone.status == 204)
            let link = try server.request("GET", thumbnail)
            #expect(link.status == 404)
        }
    }

    @Test(.enabled(if: SharedData.isPresent))
    func `an animal that is too small on the whole picture is found on its tiles`() async throws {
        let settings = ["HEDGEROW_API_KEY": Self.key, "HEDGEROW_DETECTOR_TILES": "4"]
        try await People.with(environment: settings) { people in
            let server = people.server
            let installed = try await runProgram([
                "models", "install", "yolox-nano", "--from", SharedData.path("models/yolox-nano"), "--data-dir",
                server.dataFolder,
            ])
            #expect(installed.status == 0, "\(installed.complaint)")
            kill(server.processIdentifier, SIGHUP)
            let wolf = try TestPictures.read(SharedData.path("data/cameratrap/southwest_IMAG0031_wolf.JPG"))
            let id = try #require(try send(wolf, to: server).json["id"] as? String)
            try await eventually("the picture is read") {
                try status(of: id, on: server)["status"] as? String == "completed"
            }
            #expect(try status(of: id, on: server)["contents"] as? String == "animal")
        }
    }

    @Test(.enabled(if: SharedData.isPresent))
    func `a detector that is installed beside the server reads what waited, and people are veiled`() async throws {
        try await People.with(environment: ["HEDGEROW_API_KEY": Self.key]) { people in
            let server = people.server
            let picture = try TestPictures.read(SharedData.path("data/cameratrap/speciesnet_human.jpg"))
            let id = try #require(try send(picture, to: server).json["id"] as? String)
            try await eventually("the picture waits") { try status(of: id, on: server)["cause"] != nil }
            // What a person says before the machine has looked stands above what it says then.
            let elephants = try TestPictures.read(SharedData.path("data/cameratrap/speciesnet_african_elephants.jpg"))
            let judged = try #require(try send(elephants, to: server).json["id"] as? String)
            let word = try people.call(
                "PUT",
                "/api/v1/images/\(judged)/review",
                as: Self.operator_,
                #"{"animals": [{"species": "wolf"}]}"#
            )
            #expect(word.status == 200, "\(word.text)")
            let installed = try await runProgram([
                "models", "install", "yolox-nano", "--from", SharedData.path("models/yolox-nano"), "--data-dir",
                server.dataFolder,
            ])
            #expect(installed.status == 0, "\(installed.complaint)")
            kill(server.processIdentifier, SIGHUP)
            try await eventually("the picture is read") {
                try status(of: id, on: server)["status"] as? String == "completed"
            }
            try await eventually("the other is read too") {
                try status(of: judged, on: server)["status"] as? String == "completed"
            }
            let stands = try status(of: judged, on: server)
            #expect(stands["species"] as? [String] == ["wolf"])
            #expect(stands["review"] as? String == "corrected")
            #expect((stands["detection_count"] as? Int ?? 0) > 3)
            let read = try status(of: id, on: server)
            #expect(read["contents"] as? String == "person")
            let boxes = try #require(read["detections"] as? [[String: Any]])
            #expect(boxes.count == 1)
            #expect(boxes[0]["category"] as? String == "person")
            // The man walks right of the middle.
            let box = try #require(boxes[0]["box"] as? [Double])
            #expect(abs(box[0] - 0.71) < 0.03 && abs(box[1] - 0.5) < 0.1, "\(box)")
            #expect((0.03...0.1).contains(box[2]) && (0.15...0.4).contains(box[3]), "\(box)")
            #expect(read["image_url"] != nil)

            let site = try #require(
                try people.call("POST", "/api/v1/sites", as: Self.operator_, #"{"name": "Brook"}"#).json["id"]
                    as? String
            )
            let camera = try #require(read["camera_id"] as? String)
            let moved = try people.call(
                "PUT",
                "/api/v1/cameras/\(camera)",
                as: Self.operator_,
                #"{"site_id": "\#(site)"}"#
            )
            #expect(moved.status == 200, "\(moved.text)")
            let viewer = try await people.join("viewer", role: "viewer")
            let me = try #require(try people.call("GET", "/api/v1/auth/me", as: viewer).json["user"] as? [String: Any])
            let user = try #require(me["id"] as? String)
            let reach = try people.call(
                "PATCH",
                "/api/v1/users/\(user)",
                as: Self.operator_,
                #"{"sites": ["\#(site)"]}"#
            )
            #expect(reach.status == 200, "\(reach.text)")
            let veiled = try people.call("GET", "/api/v1/images/\(id)", as: viewer).json
            #expect(veiled["image_url"] == nil, "the file as it came shows who walked by")
            let theirs = try server.request("GET", try #require(veiled["preview_url"] as? String))
            let ours = try server.request("GET", try #require(read["preview_url"] as? String))
            #expect(theirs.status == 200 && ours.status == 200)
            #expect(theirs.body != ours.body)
            let refused = try people.call("POST", "/api/v1/images/\(id)/approve", as: viewer)
            #expect(refused.status == 403)
        }
    }
}
