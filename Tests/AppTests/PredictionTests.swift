import Foundation
import TestSupport
import Testing

struct PredictionTests {
    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"), arguments: ["file", "image"])
    func `a leaf is named as the old services named it`(field: String) async throws {
        let server = try await CommonServer.get()
        let leaf = try TestPictures.leaf("Tomato___Early_blight")
        let answer = try server.post("/predict", MultipartBody().file(field, leaf))
        #expect(answer.status == 200, "\(answer.text)")
        let json = answer.json
        #expect(json["prediction"] as? String == "Tomato___Early_blight")
        #expect(json["plant_type"] as? String == "Tomato")
        #expect(json["verdict"] as? String == "confident")
        #expect(json["is_plant"] as? Bool == true)
        let probabilities = try #require(json["probabilities"] as? [String: Double])
        #expect(probabilities.count == 29)
        #expect(abs(probabilities.values.reduce(0, +) - 1) < 0.001)
        #expect(probabilities["Tomato___Early_blight"] == json["confidence"] as? Double)
        #expect((json["diseases"] as? [[String: Double]])?.first?.keys.first == "Early blight")
        #expect((json["processing_time"] as? Double ?? 0) > 0)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `the second identical picture is said to come from the cache`() async throws {
        let server = try await CommonServer.get()
        let leaf = try TestPictures.leaf("Potato___Late_blight")
        let form = MultipartBody().file("file", leaf)
        let first = try server.post("/predict", form).json
        let second = try server.post("/predict", form).json
        #expect(second["cached"] as? Bool == true)
        #expect(first["confidence"] as? Double == second["confidence"] as? Double)
        #expect(first["id"] as? String != second["id"] as? String)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `top_k shortens the list and explain shows the place`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("file", try TestPictures.leaf("Apple___Apple_scab"))
        let json = try server.post("/predict?top_k=3&explain=true", form).json
        #expect((json["probabilities"] as? [String: Double])?.count == 3)
        let explanation = try #require(json["explanation"] as? [String: Any])
        #expect((explanation["values"] as? [Double])?.count == 25)
        #expect((explanation["values"] as? [Double])?.max() == 1)
        let overlay = try #require(Data(base64Encoded: explanation["overlay"] as? String ?? ""))
        #expect(overlay.starts(with: [0xFF, 0xD8]))
    }

    @Test func `a picture without a leaf gets no confident name`() async throws {
        let server = try await CommonServer.get()
        let json = try server.post("/predict", MultipartBody().file("file", TestPictures.plain())).json
        #expect(json["verdict"] as? String != "confident")
        #expect(json["prediction"] is String)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `one bad file in a batch spoils only its own entry`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody()
            .file("files", try TestPictures.leaf("Tomato___healthy"))
            .file("files", Array("not a picture at all".utf8), filename: "evil.jpg")
            .file("files", try TestPictures.leaf("Corn___Common_rust"))
        let answer = try server.post("/predict_batch", form)
        #expect(answer.status == 200, "\(answer.text)")
        let predictions = try #require(answer.json["predictions"] as? [[String: Any]])
        #expect(predictions.count == 3)
        #expect(predictions[0]["prediction"] as? String == "Tomato___healthy")
        #expect(predictions[2]["prediction"] as? String == "Corn___Common_rust")
        let error = try #require(predictions[1]["error"] as? [String: Any])
        #expect(error["status"] as? Int == 400)
        #expect(predictions[1]["prediction"] == nil)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `a diagnosis of two pictures of one plant is joined and links to the catalogue`() async throws {
        let server = try await CommonServer.get()
        let folder = SharedData.path("data/leaf/val/Tomato___Late_blight")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let form = try MultipartBody()
            .file("file", TestPictures.read("\(folder)/\(names[0])"))
            .file("file", TestPictures.read("\(folder)/\(names[1])"))
            .field("location", "greenhouse")
        let answer = try server.post("/api/v1/diagnose?explain=true&top_k=4", form)
        #expect(answer.status == 200, "\(answer.text.prefix(500))")
        let json = answer.json
        #expect((json["plant"] as? [String: Any])?["id"] as? String == "tomato")
        let disease = try #require((json["diseases"] as? [[String: Any]])?.first)
        #expect(disease["id"] as? String == "tomato-late-blight")
        let page = try server.request("GET", try #require(disease["url"] as? String))
        #expect(page.status == 200)
        #expect((json["results"] as? [Any])?.count == 4)
        let images = try #require(json["images"] as? [[String: Any]])
        #expect(images.count == 2)
        #expect(images[0]["heat_map"] != nil)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `an analysis is fetched again, before and after it is written`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("file", try TestPictures.leaf("Strawberry___Leaf_scorch"))
        let json = try server.post("/api/v1/diagnose", form).json
        let id = try #require(json["id"] as? String)
        for pause in [0, 1_500] {
            try await Task.sleep(for: .milliseconds(pause))
            let again = try server.request("GET", "/api/v1/analyses/\(id)")
            #expect(again.status == 200)
            #expect(again.json["verdict"] as? String == json["verdict"] as? String)
            #expect(again.json["id"] as? String == id)
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `identify ranks plants`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("image", try TestPictures.leaf("Potato___Early_blight"))
        let json = try server.post("/api/v1/identify", form).json
        let first = try #require((json["results"] as? [[String: Any]])?.first)
        #expect(first["id"] as? String == "potato")
        #expect(first["url"] as? String == "/api/v1/species/potato")
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
    func `a crop is read instead of the middle`() async throws {
        let server = try await CommonServer.get()
        let form = MultipartBody().file("file", try TestPictures.leaf("Tomato___Late_blight"))
        let json = try server.post("/api/v1/diagnose?crop=0.5,0.5,0.4,0.4", form).json
        let crop = try #require((json["images"] as? [[String: Any]])?.first?["crop"] as? [Double])
        #expect(abs(crop[0] - 0.5) < 0.01 && abs(crop[2] - 0.4) < 0.01)
    }
}
