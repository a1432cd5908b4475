import Foundation
import Glibc
import TestSupport
import Testing

/// Cameras that moved, on a running server.
@Suite("Cameras that moved, over HTTP") struct CameraMoveTests {
    private static let key = "camera-move-key-of-the-tests-0123456789"
    private static let operator_ = ["X-API-Key": key]
    private static let profile = """
        name: places
        matches: {filename: "^GPS"}
        id: [{filename: "^GPS-(?<value>[a-z]+)-"}]
        time: [{filename: "-(?<value>\\\\d{12})-", format: "%Y%m%d%H%M"}]
        latitude: [{filename: "-N(?<value>[0-9.]+)"}]
        longitude: [{filename: "E(?<value>[0-9.]+)-"}]
        """

    private struct Station {
        let server: ServerProcess

        func call(_ method: String, _ target: String, _ body: [String: Any]? = nil) throws -> LoopbackAnswer {
            let json = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
            let headers = CameraMoveTests.operator_.merging(["Content-Type": "application/json"]) { $1 }
            return try server.request(
                method,
                target,
                headers: body == nil ? CameraMoveTests.operator_ : headers,
                body: json
            )
        }

        func items(_ target: String) throws -> [[String: Any]] {
            let answer = try call("GET", target)
            return try #require(answer.json["items"] as? [[String: Any]], "\(answer.text)")
        }

        /// A picture of the elm, on a day of May.
        func send(_ day: Int, _ place: String) throws {
            let name = "GPS-elm-2026050\(day)0500-\(place)-.JPG"
            let form = MultipartBody().file(
                "file",
                TestPictures.plain(width: 300 + day, height: 200),
                filename: name
            )
            let answer = try server.post("/api/v1/images", form, headers: CameraMoveTests.operator_)
            #expect(answer.status == 201, "\(answer.text)")
        }

        func proposed() async throws -> [String: Any] {
            try await eventually("a move is proposed") { try !items("/api/v1/cameras/moves").isEmpty }
            return try #require(try items("/api/v1/cameras/moves").first)
        }
    }

    @Test(arguments: ["SQLite", "PostgreSQL"])
    func `a move is proposed, accepted and taken back over a server that is killed in between`(
        engine: String
    )
        async throws
    {
        if engine == "SQLite" { return try await survives([:]) }
        try await PostgresServer.shared().withDatabase { try await survives(["HEDGEROW_DATABASE_URL": $0]) }
    }

    private func survives(_ more: [String: String]) async throws {
        let environment = more.merging(["HEDGEROW_API_KEY": Self.key]) { $1 }
        try await withTemporaryDirectory { folder in
            func start() async throws -> Station {
                Station(server: try await ServerProcess(dataFolder: folder, environment: environment))
            }
            var station = try await start()
            let kept = try station.call("PUT", "/api/v1/camera-profiles/places", ["profile": Self.profile])
            #expect(kept.status == 201, "\(kept.text)")
            let home: [String: Any] = ["type": "Point", "coordinates": [16.3, 48.2]]
            let camera = try station.call("POST", "/api/v1/cameras", ["code": "elm", "location": home])
            let id = try #require(camera.json["id"] as? String)
            let hung = try station.call(
                "POST",
                "/api/v1/deployments",
                ["camera_id": id, "location": home, "started_at": "2026-05-01T00:00:00Z"]
            )
            #expect(hung.status == 201, "\(hung.text)")
            try station.send(2, "N48.2E16.3")
            for day in 3...5 { try station.send(day, "N48.21E16.3") }
            _ = await station.server.stop(SIGKILL)

            station = try await start()
            let move = try await station.proposed()
            #expect(move["metres"] as? Int == 1_112 && move["image_count"] as? Int == 3)
            #expect(move["first_at"] as? String == "2026-05-03T05:00:00Z")
            #expect(move["previous_id"] as? String == hung.json["id"] as? String)
            let path = "/api/v1/cameras/moves/\(try #require(move["id"] as? String))"
            let wrong = try station.call("POST", path + "/accept", ["site_id": "0197c0de-0000-7000-8000-000000000000"])
            #expect(wrong.status == 422 && wrong.text.contains("is no site that you see"), "\(wrong.text)")
            let accepted = try station.call("POST", path + "/accept", [:])
            #expect(accepted.status == 200 && accepted.json["state"] as? String == "accepted", "\(accepted.text)")
            _ = await station.server.stop(SIGKILL)

            station = try await start()
            let times = try station.items("/api/v1/deployments?camera_id=\(id)")
            #expect(times.map { $0["ended_at"] as? String } == [nil, "2026-05-03T05:00:00Z"])
            let new = try #require(times.first?["id"] as? String)
            #expect(try station.items("/api/v1/images?deployment_id=\(new)").count == 3)
            #expect(try station.items("/api/v1/cameras/moves").isEmpty)
            let twice = try station.call("POST", path + "/accept", [:])
            #expect(twice.status == 409, "\(twice.text)")
            let undone = try station.call("POST", path + "/undo")
            #expect(undone.status == 204, "\(undone.text)")
            #expect(try station.items("/api/v1/deployments").map { $0["ended_at"] as? String } == [nil])
            let again = try await station.proposed()
            let dismissed = try station.call(
                "POST",
                "/api/v1/cameras/moves/\(try #require(again["id"] as? String))/dismiss"
            )
            #expect(dismissed.status == 204, "\(dismissed.text)")
            #expect(try station.items("/api/v1/cameras/moves?state=dismissed").count == 1)
            let trail = try station.items("/api/v1/audit?limit=50").compactMap { $0["action"] as? String }
            for action in ["camera-move.accepted", "camera-move.undone", "camera-move.dismissed"] {
                #expect(trail.contains(action), "\(trail)")
            }
            _ = await station.server.stop()
        }
    }
}
