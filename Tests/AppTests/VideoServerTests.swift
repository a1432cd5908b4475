import Foundation
import TestSupport
import Testing

/// Videos of camera traps on a running server.
@Suite("Videos on a server") struct VideoServerTests {
    private static let key = "video-key-of-the-tests-0123456789012345"
    private static let operator_ = ["X-API-Key": key]

    private func send(_ video: [UInt8], to server: ServerProcess, named name: String) throws -> LoopbackAnswer {
        let form = MultipartBody().file("file", video, filename: name)
        return try server.post("/api/v1/images?camera_id=oak", form, headers: Self.operator_)
    }

    private func image(_ id: String, on server: ServerProcess) throws -> [String: Any] {
        try server.request("GET", "/api/v1/images/\(id)", headers: Self.operator_).json
    }

    private func install(_ server: ServerProcess) async throws {
        let installed = try await runProgram([
            "models", "install", "yolox-nano", "--from", SharedData.path("models/yolox-nano"), "--data-dir",
            server.dataFolder,
        ])
        #expect(installed.status == 0, "\(installed.complaint)")
        kill(server.processIdentifier, SIGHUP)
    }

    @Test func `without a detector a video waits with its poster, plays, and goes whole`() async throws {
        let environment = ["HEDGEROW_API_KEY": Self.key, "HEDGEROW_VIDEO_LIMIT": "1"]
        let film = try await TestVideo.pattern(seconds: 3)
        let large = try await TestVideo.pattern(seconds: 20, as: "avi")
        try await People.with(environment: environment) { people in
            let server = people.server
            let sent = try send(film, to: server, named: "CLIP.JPG")
            #expect(sent.status == 201, "\(sent.text)")
            let id = try #require(sent.json["id"] as? String)
            #expect(sent.json["kind"] as? String == "video")
            try await eventually("the video waits") { try image(id, on: server)["cause"] != nil }
            let waiting = try image(id, on: server)
            #expect(waiting["status"] as? String == "pending")
            #expect(waiting["duration_seconds"] as? Double == 3)
            let poster = try server.request("GET", try #require(waiting["thumbnail_url"] as? String))
            #expect(poster.status == 200 && poster["content-type"] == "image/jpeg")
            let link = try #require(waiting["image_url"] as? String)
            let part = try server.request("GET", link, headers: ["Range": "bytes=100-199"])
            #expect(part.status == 206 && part["content-type"] == "video/mp4")
            let isPart = part.body == Array(film[100..<200])
            #expect(isPart)
            let refused = try send(large, to: server, named: "LARGE.AVI")
            #expect(refused.status == 413, "\(refused.text)")
            let text = try send(Array("#EXTM3U\n/etc/passwd".utf8), to: server, named: "LIST.MP4")
            #expect(text.status == 400)
            let broken = try send(Array(film.prefix(film.count / 2)), to: server, named: "HALF.MP4")
            #expect(broken.status == 400)
            #expect(broken.text.contains("The video is broken"))
            let spool = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder + "/spool")
            #expect(spool.isEmpty, "what came in lies in the store alone")
            let gone = try server.request("DELETE", "/api/v1/images/\(id)", headers: Self.operator_)
            #expect(gone.status == 204)
            let after = try server.request("GET", link)
            #expect(after.status == 404)
        }
    }

    @Test func `so many videos of one sender come in at once, and one more when one of them is here`() async throws {
        let film = try await TestVideo.pattern(seconds: 1)
        try await People.with(environment: ["HEDGEROW_API_KEY": Self.key]) { people in
            let server = people.server
            let body = MultipartBody().file("file", film, filename: "SLOW.MP4").closed
            let head =
                "POST /api/v1/images?camera_id=oak HTTP/1.1\r\nHost: localhost\r\nX-API-Key: \(Self.key)\r\n"
                + "Content-Type: \(MultipartBody.contentType)\r\nContent-Length: \(body.count)\r\n\r\n"
            var slow: [LoopbackConnection] = []
            for _ in 0..<8 {
                let connection = try LoopbackConnection(port: server.port)
                try connection.send(head)
                try connection.send(Array(body.prefix(1_000)))
                slow.append(connection)
            }
            try await eventually("all of them have begun") {
                (try? FileManager.default.contentsOfDirectory(atPath: server.dataFolder + "/spool"))?.count == 8
            }
            let refused = try send(film, to: server, named: "NINTH.MP4")
            #expect(refused.status == 429 && refused["retry-after"] == "10", "\(refused.text)")
            #expect(refused.text.contains("8 videos of yours are on their way already"))
            let form = MultipartBody().file("file", TestPictures.plain())
            let picture = try server.post("/api/v1/images?camera_id=oak", form, headers: Self.operator_)
            #expect(picture.status == 201, "pictures come in all the same: \(picture.text)")
            slow.removeLast()
            try await eventually("the place of one that left is free") {
                try send(film, to: server, named: "NINTH.MP4").status == 201
            }
            try slow[0].send(Array(body.dropFirst(1_000)))
            #expect(try slow[0].answer().status == 200, "the others go on")
        }
    }

    @Test func `where ffmpeg is missing a video is kept and says what it waits for`() async throws {
        let film = try await TestVideo.pattern(seconds: 1)
        let environment = ["HEDGEROW_API_KEY": Self.key, "PATH": "/nowhere"]
        try await People.with(environment: environment) { people in
            let sent = try send(film, to: people.server, named: "CLIP.MP4")
            #expect(sent.status == 201, "\(sent.text)")
            let id = try #require(sent.json["id"] as? String)
            try await eventually("the video waits") { try image(id, on: people.server)["cause"] != nil }
            let waiting = try image(id, on: people.server)
            #expect((waiting["cause"] as? String)?.contains("apt install ffmpeg") == true)
            #expect(waiting["status"] as? String == "pending")
            let half = try send(Array(film.prefix(film.count / 2)), to: people.server, named: "HALF.MP4")
            #expect(half.status == 400, "that it breaks off is known without ffmpeg")
        }
    }

    @Test func `a card and the drop folder bring videos in, and what breaks off goes into quarantine`() async throws {
        let film = try await TestVideo.pattern(seconds: 2, as: "avi")
        let other = try await TestVideo.pattern(seconds: 1)
        try await withTemporaryDirectory { drop in
            let environment = [
                "HEDGEROW_API_KEY": Self.key, "HEDGEROW_DROP_FOLDER": drop + "/drop", "HEDGEROW_DROP_QUIET": "1",
                "HEDGEROW_DROP_PATIENCE": "1",
            ]
            let files = FileManager.default
            for folder in ["/card", "/drop/elm"] {
                try files.createDirectory(atPath: drop + folder, withIntermediateDirectories: true)
            }
            try Data(film).write(to: URL(filePath: drop + "/card/DSCF0001.AVI"))
            try await People.with(environment: environment) { people in
                let server = people.server
                let command = ["ingest", drop + "/card", "--camera", "ash", "--json", "--data-dir", server.dataFolder]
                let card = try await runProgram(command)
                #expect(card.status == 0, "\(card.complaint)")
                try Data(other).write(to: URL(filePath: drop + "/drop/elm/A.MP4"))
                try Data(other.dropLast(2_000)).write(to: URL(filePath: drop + "/drop/elm/B.MP4"))
                func list(_ path: String) throws -> [[String: Any]] {
                    let answer = try server.request("GET", path, headers: Self.operator_).json
                    return answer["items"] as? [[String: Any]] ?? []
                }
                try await eventually("both videos are there") { try list("/api/v1/images?kind=video").count == 2 }
                try await eventually("the broken one is in quarantine") {
                    try list("/api/v1/quarantine").contains { $0["filename"] as? String == "B.MP4" }
                }
                try await eventually("nothing is left in the folder") {
                    try files.contentsOfDirectory(atPath: drop + "/drop/elm").isEmpty
                }
                let rejected = try #require(try list("/api/v1/quarantine").first)
                #expect((rejected["reason"] as? String)?.contains("breaks off") == true, "\(rejected)")
                let id = try #require(rejected["id"] as? String)
                let again = try server.request("POST", "/api/v1/quarantine/\(id)/retry", headers: Self.operator_)
                #expect(again.status == 400, "it still is broken: \(again.text)")
            }
        }
    }

    @Test func `a server that is killed over a video reads it afterwards`() async throws {
        let film = try await TestVideo.pattern(seconds: 20)
        let environment = ["HEDGEROW_API_KEY": Self.key]
        try await withTemporaryDirectory { folder in
            let first = try await ServerProcess(dataFolder: folder, environment: environment)
            let sent = try send(film, to: first, named: "CLIP.MP4")
            #expect(sent.status == 201, "\(sent.text)")
            let id = try #require(sent.json["id"] as? String)
            try await eventually("its reading has begun") {
                try image(id, on: first)["status"] as? String == "processing"
            }
            _ = await first.stop(SIGKILL)
            let second = try await ServerProcess(dataFolder: folder, environment: environment)
            try await eventually("it is read to where a detector is needed") {
                try image(id, on: second)["cause"] != nil
            }
            let waiting = try image(id, on: second)
            #expect(waiting["thumbnail_url"] != nil)
            let link = try #require(waiting["image_url"] as? String)
            let isWhole = try second.request("GET", link).body == film
            #expect(isWhole)
            #expect(await second.stop() == 0)
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `an animal in the middle of a video is found, its frame is the poster, and people are veiled`() async throws {
        let blank = SharedData.path("data/cameratrap/speciesnet_blank.jpg")
        let elephants = SharedData.path("data/cameratrap/speciesnet_african_elephants.jpg")
        let man = SharedData.path("data/cameratrap/speciesnet_human.jpg")
        let animal = try await TestVideo.scenes([(blank, 2), (elephants, 1), (blank, 2)], as: "avi")
        let person = try await TestVideo.scenes([(blank, 1), (man, 2)], as: "mov")
        try await People.with(environment: ["HEDGEROW_API_KEY": Self.key]) { people in
            let server = people.server
            try await install(server)
            let ids = try [(animal, "A.AVI"), (person, "B.MOV")].map { film, name in
                try #require(try send(film, to: server, named: name).json["id"] as? String)
            }
            for id in ids {
                try await eventually("the video is read") {
                    try image(id, on: server)["status"] as? String == "completed"
                }
            }
            let found = try image(ids[0], on: server)
            #expect(found["contents"] as? String == "animal")
            let boxes = try #require(found["detections"] as? [[String: Any]])
            #expect(!boxes.isEmpty && boxes.allSatisfy { $0["frame_seconds"] as? Double == 2.5 })
            let frames = try #require(found["frames"] as? [[String: Any]])
            #expect(frames.map { $0["seconds"] as? Double } == [2.5])
            let counts = try #require(found["counts"] as? [[String: Any]])
            #expect((counts.first?["individuals"] as? Int ?? 0) > 1, "elephants come in numbers: \(counts)")

            let passed = try image(ids[1], on: server)
            #expect(passed["contents"] as? String == "person")
            #expect(passed["image_url"] != nil)
            let site = try #require(
                try people.call("POST", "/api/v1/sites", as: Self.operator_, #"{"name": "Brook"}"#).json["id"]
                    as? String
            )
            let camera = try #require(passed["camera_id"] as? String)
            _ = try people.call("PUT", "/api/v1/cameras/\(camera)", as: Self.operator_, #"{"site_id": "\#(site)"}"#)
            let viewer = try await people.join("viewer", role: "viewer")
            let me = try #require(try people.call("GET", "/api/v1/auth/me", as: viewer).json["user"] as? [String: Any])
            let user = try #require(me["id"] as? String)
            _ = try people.call("PATCH", "/api/v1/users/\(user)", as: Self.operator_, #"{"sites": ["\#(site)"]}"#)
            let veiled = try people.call("GET", "/api/v1/images/\(ids[1])", as: viewer).json
            #expect(veiled["image_url"] == nil, "the film shows who walked by")
            let theirs = try #require((veiled["frames"] as? [[String: Any]])?.first?["url"] as? String)
            let ours = try #require((passed["frames"] as? [[String: Any]])?.first?["url"] as? String)
            let (shown, whole) = (try server.request("GET", theirs), try server.request("GET", ours))
            #expect(shown.status == 200 && whole.status == 200)
            let isSame = shown.body == whole.body
            #expect(!isSame)
            let open = try people.call("GET", "/api/v1/images/\(ids[0])", as: viewer).json
            #expect(open["image_url"] == nil, "nobody was found on its frames, and nobody has seen or heard all of it")
            #expect((open["frames"] as? [[String: Any]])?.first?["url"] != nil)
        }
    }
}
