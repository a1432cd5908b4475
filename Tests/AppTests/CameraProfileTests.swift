import Foundation
import TestSupport
import Testing

/// Camera profiles on a running server.
@Suite("Camera profiles") struct CameraProfileTests {
    private static let key = "camera-profile-key-of-the-tests-0123456789"
    private static let operator_ = ["X-API-Key": key]
    private static let text = """
        name: pond
        matches: {filename: "^POND"}
        id: [{filename: "^(?<value>POND\\\\d+)-"}]
        time: [{filename: "-(?<value>\\\\d{12})", format: "%Y%m%d%H%M"}]
        battery: [{filename: "-(?<value>\\\\d+)pc"}]
        """

    private func with(_ body: (People) async throws -> Void) async throws {
        try await People.with(environment: ["HEDGEROW_API_KEY": Self.key], body)
    }

    private func keep(_ text: String, as name: String, on people: People) throws -> LoopbackAnswer {
        let body = try JSONSerialization.data(withJSONObject: ["profile": text])
        return try people.call(
            "PUT",
            "/api/v1/camera-profiles/\(name)",
            as: Self.operator_,
            String(decoding: body, as: UTF8.self)
        )
    }

    private func attempt(_ form: MultipartBody, on people: People) throws -> LoopbackAnswer {
        try people.server.post("/api/v1/camera-profiles/try", form, headers: Self.operator_)
    }

    @Test func `a profile is kept, reads what comes, and is removed`() async throws {
        try await with { people in
            let kept = try keep(Self.text, as: "pond", on: people)
            #expect(kept.status == 201 && kept.json["origin"] as? String == "own", "\(kept.text)")
            let again = try keep(Self.text, as: "pond", on: people)
            #expect(again.status == 200)
            let list = try people.server.request("GET", "/api/v1/camera-profiles", headers: Self.operator_)
            let items = try #require(list.json["items"] as? [[String: Any]])
            #expect(items.map { $0["name"] as? String } == ["pond", "reconyx", "camtrapr-names", "generic"])
            let form = MultipartBody().file("file", TestPictures.plain(), filename: "POND7-202605200730-12pc.JPG")
            let sent = try people.server.post("/api/v1/images", form, headers: Self.operator_)
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent.json["captured_at"] as? String == "2026-05-20T07:30:00Z")
            let cameras = try people.server.request("GET", "/api/v1/cameras", headers: Self.operator_)
            let camera = try #require((cameras.json["items"] as? [[String: Any]])?.first)
            #expect(camera["code"] as? String == "POND7" && camera["battery_percent"] as? Int == 12)
            #expect(camera["condition_at"] as? String == "2026-05-20T07:30:00Z")
            let report = MultipartBody().file("file", Array("Battery: 9%\n".utf8), filename: "REPORT.TXT")
            let told = try people.server.post("/api/v1/images?camera_id=POND7", report, headers: Self.operator_)
            #expect(told.status == 202 && told.json["battery_percent"] as? Int == 9, "\(told.text)")
            let gone = try people.server.request("DELETE", "/api/v1/camera-profiles/pond", headers: Self.operator_)
            #expect(gone.status == 204)
            let shipped = try people.server.request(
                "DELETE",
                "/api/v1/camera-profiles/generic",
                headers: Self.operator_
            )
            #expect(shipped.status == 404)
        }
    }

    @Test func `what is wrong with a profile is said with line, field and reason`() async throws {
        try await with { people in
            let broken = try keep("name: pond\nmatches: {filename: x}\nbattery: [{exif: Batt}]", as: "pond", on: people)
            #expect(broken.status == 422 && broken.text.contains("line 3: battery: exif: takes Make"), "\(broken.text)")
            let other = try keep(Self.text, as: "lake", on: people)
            #expect(other.status == 422 && other.text.contains("has the name pond"))
            let tried = try attempt(MultipartBody().field("profile", "name: [").field("names", "a.jpg"), on: people)
            #expect(tried.status == 422 && tried.text.contains("line "), "\(tried.text)")
            let empty = try attempt(MultipartBody().field("profile", Self.text), on: people)
            #expect(empty.status == 422 && empty.text.contains("1 to 10 files"))
            let many = (0..<11).reduce(MultipartBody()) { $0.file("files", [1], filename: "\($1).jpg") }
            let refused = try attempt(many, on: people)
            #expect(refused.status == 422)
        }
    }

    @Test func `a trial tells for each sample what came of it, and keeps nothing`() async throws {
        try await with { people in
            let form = MultipartBody().field("profile", Self.text).field(
                "names",
                "card/POND1-202605200730.JPG\nIMG_1.JPG"
            )
            .file("files", Array(TestPictures.plain().prefix(20)), filename: "POND2.JPG")
            let tried = try attempt(form, on: people)
            #expect(tried.status == 200, "\(tried.text)")
            let samples = try #require(tried.json["samples"] as? [[String: Any]])
            #expect(samples.map { $0["name"] as? String } == ["POND2.JPG", "card/POND1-202605200730.JPG", "IMG_1.JPG"])
            #expect(samples.map { $0["kind"] as? String } == ["picture", "name", "name"])
            #expect(samples[0]["problem"] is String && samples[1]["mismatch"] == nil)
            #expect((samples[2]["mismatch"] as? String)?.contains("filename: ^POND is not in") == true)
            let fields = try #require(samples[1]["fields"] as? [[String: Any]])
            #expect(fields.map { $0["field"] as? String } == ["id", "time", "battery"])
            #expect(fields[0]["value"] as? String == "POND1" && fields[1]["value"] as? String == "2026-05-20T07:30:00")
            #expect(fields[2]["value"] == nil && (fields[2]["misses"] as? [String])?.count == 1)
            let report = try attempt(
                MultipartBody().file("files", Array("Battery: 9%".utf8), filename: "status.txt"),
                on: people
            )
            let read = try #require((report.json["samples"] as? [[String: Any]])?.first)
            #expect(read["kind"] as? String == "report" && read["profile"] as? String == "generic")
            for path in ["/api/v1/cameras", "/api/v1/images", "/api/v1/quarantine"] {
                let list = try people.server.request("GET", path, headers: Self.operator_)
                #expect((list.json["items"] as? [Any])?.isEmpty == true)
            }
        }
    }

    @Test func `who looks after certain sites alone changes no profile`() async throws {
        try await with { people in
            let analyst = try await people.join("analyst", role: "analyst")
            let refused = try people.call(
                "PUT",
                "/api/v1/camera-profiles/pond",
                as: analyst,
                #"{"profile": "name: x"}"#
            )
            #expect(refused.status == 403, "\(refused.text)")
            let viewer = try await people.join("viewer", role: "viewer")
            let hidden = try people.call("GET", "/api/v1/camera-profiles", as: viewer)
            #expect(hidden.status == 403)
        }
    }
}
