import Foundation
import TestSupport
import Testing

/// A classifier beside the detector, on a running server.
///
/// There is none of animals at hand: the one of leaves, whose
/// classes are given taxa, says nonsense, but says it the whole way.
@Suite("A classifier of species") struct SpeciesModelTests {
    private static let key = "species-model-key-of-the-tests-0123456789"
    private static let operator_ = ["X-API-Key": key]

    /// All classes in one family, so that the family is sure whatever the species are.
    private static func package(in folder: String) throws -> String {
        let target = folder + "/package"
        let shipped = SharedData.checkout + "/Models/leaf"
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for file in ["model.onnx", "model_int8.onnx"] {
            try files.copyItem(atPath: "\(shipped)/\(file)", toPath: "\(target)/\(file)")
        }
        let bytes = try Data(contentsOf: URL(filePath: shipped + "/model.json"))
        var description = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let classes = try #require(description["classes"] as? [[String: Any]])
        description["name"] = "odd-species"
        description["reject_class"] = nil
        // Flattens the answers: no class is sure.
        description["temperature"] = 50
        description["classes"] = classes.enumerated().map { index, label in
            var label = label
            label["taxonomy"] = ["class": "Mammalia", "family": "Oddidae", "genus": "Oddus\(index)"]
            return label
        }
        try JSONSerialization.data(withJSONObject: description).write(to: URL(filePath: target + "/model.json"))
        return target
    }

    @Test(.enabled(if: SharedData.isPresent))
    func `animals are named at the rank that is sure, and anew when a name is settled`() async throws {
        let settings = [
            "HEDGEROW_API_KEY": Self.key, "HEDGEROW_SPECIES_MODEL": "odd-species", "HEDGEROW_SPECIES_THRESHOLD": "0.3",
        ]
        try await People.with(environment: settings) { people in
            let server = people.server
            for (name, folder) in [
                ("odd-species", try Self.package(in: server.dataFolder)),
                ("yolox-nano", SharedData.path("models/yolox-nano")),
            ] {
                let outcome = try await runProgram([
                    "models", "install", name, "--from", folder, "--data-dir", server.dataFolder,
                ])
                #expect(outcome.status == 0, "\(outcome.complaint)")
            }
            kill(server.processIdentifier, SIGHUP)
            let picture = try TestPictures.read(SharedData.path("data/cameratrap/speciesnet_african_elephants.jpg"))
            let form = MultipartBody().file("file", picture, filename: "IMG_0001.JPG")
            let sent = try server.post("/api/v1/images?camera_id=oak", form, headers: Self.operator_)
            let id = try #require(sent.json["id"] as? String, "\(sent.text)")
            func look() throws -> [String: Any] {
                try server.request("GET", "/api/v1/images/\(id)", headers: Self.operator_).json
            }
            try await eventually("the picture is read") { try look()["status"] as? String == "completed" }
            let read = try look()
            #expect(read["species"] as? [String] == ["oddidae"], "\(read)")
            let found = try #require((read["detections"] as? [[String: Any]])?.first)
            #expect(found["species_source"] as? String == "classifier" && found["label"] as? String == "elephant")
            #expect((found["model"] as? String)?.contains("odd-species") == true)
            let settled = try people.call(
                "PUT",
                "/api/v1/species-names/oddidae",
                as: Self.operator_,
                #"{"becomes": "Oddity"}"#
            )
            #expect(settled.status == 202, "\(settled.text)")
            try await eventually("it is named anew") { try look()["species"] as? [String] == ["oddity"] }
            let list = try server.request("GET", "/api/v1/species-names", headers: Self.operator_)
            #expect(list.text.contains(#""becomes":"oddity""#) && list.text.contains(#""name":"elephant""#))
        }
    }
}
