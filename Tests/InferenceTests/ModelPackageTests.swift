import Foundation
import Testing
import TestSupport

@testable import Inference

struct ModelPackageTests {
    @Test func `the shipped description is read whole`() throws {
        let model = try ModelPackage.read(folder: ModelFolder.shipped)
        #expect(model.identity == ModelIdentity(name: "leaf-v0", version: "0.1.0"))
        #expect(model.inputShape == [1, 3, 160, 160])
        #expect(model.input.range == 0...1)
        #expect(model.classes.count == 29)
        #expect(model.classes[0].conditionID == "apple-scab")
        #expect(model.classes[3].isHealthy)
        #expect(model.rejectIndex == 4)
        #expect(model.classes[4].isReject && model.classes[4].plantID == nil)
        #expect(abs(model.temperature - 0.530_843_7) < 1e-6)
        #expect(abs((model.reject?.threshold ?? 0) - 3.555_145_5) < 1e-6)
        #expect(model.outputs.features == ModelPackage.FeatureShape(channels: 1280, rows: 5, columns: 5))
        #expect(model.outputs.head?.weights == "head.weight")
        #expect(model.evaluations["val"]?.n == 1621)
        #expect(model.evaluations["latency_ms"] == nil)
        #expect(model.licence.contains("CC BY-SA 3.0"))
    }

    @Test func `the shipped files are the ones that were described`() throws {
        try ModelPackage.read(folder: ModelFolder.shipped).verify()
    }

    @Test(
        "A description that lacks something says which field",
        arguments: [
            ("name is missing", "name", nil),
            ("version is empty", "version", #""""#),
            ("temperature is not a number", "temperature", #""warm""#),
            ("temperature is not above 0", "temperature", "-1"),
            ("licence is missing", "licence", nil),
            ("files.onnx is missing", "files", "{}"),
            ("files.onnx.path does not lie in the model's folder", "files.onnx.path", #""../model.onnx""#),
            ("files.onnx.path does not lie in the model's folder", "files.onnx.path", #""/model.onnx""#),
            ("files.onnx.sha256 is not 64 hexadecimal digits", "files.onnx.sha256", #""4baf""#),
            ("input.layout is not NCHW", "input.layout", #""NHWC""#),
            (#"input.shape is not ["N", 3, height, width]"#, "input.shape", #"["N", 1, 160, 160]"#),
            ("input.range is not [low, high]", "input.range", "[1, 0]"),
            ("classes is empty", "classes", "[]"),
            ("classes[0].id is missing", "classes", #"[{"index": 0, "kind": "fungus"}]"#),
            ("classes[0].index is 1, should be 0", "classes", #"[{"index": 1, "id": "a", "kind": "fungus"}]"#),
            ("reject_class is none of the classes", "reject_class", #""Nothing""#),
            ("reject.threshold is missing", "reject", #"{"score": "energy"}"#),
            ("outputs.logits.shape does not end in 29", "outputs.logits.shape", #"["N", 28]"#),
        ]
    )
    func naming(reason: String, field: String, value: String?) async throws {
        try await withTemporaryDirectory { folder in
            let object = try value.map {
                try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
            }
            let folder = try ModelFolder.copy(to: folder) { change(&$0, field.split(separator: ".")[...], to: object) }
            let fault = #expect(throws: ModelFault.self) { try ModelPackage.read(folder: folder) }
            #expect(fault?.code == .badDescription)
            #expect(fault?.reason.hasPrefix("model.json: " + reason) == true, "\(fault?.reason ?? "")")
            #expect(fault?.message.contains("hedgerow models verify leaf") == true)
        }
    }

    @Test func `keys that nobody knows are passed over`() async throws {
        try await withTemporaryDirectory { folder in
            let folder = try ModelFolder.copy(to: folder) { $0["weather"] = ["rain": true] }
            #expect(try ModelPackage.read(folder: folder).classes.count == 29)
        }
    }

    @Test func `a folder without a description, and text that is no JSON, are told apart`() async throws {
        try await withTemporaryDirectory { folder in
            let missing = #expect(throws: ModelFault.self) { try ModelPackage.read(folder: folder + "/tulip") }
            #expect(missing?.code == .missing)
            #expect(missing?.detail == folder + "/tulip/model.json")
            #expect(missing?.message.contains("`hedgerow models install tulip --from FOLDER`") == true)
            try Data("model".utf8).write(to: URL(filePath: folder + "/model.json"))
            let broken = #expect(throws: ModelFault.self) { try ModelPackage.read(folder: folder) }
            #expect(broken?.reason == "model.json: the file is not JSON")
        }
    }

    @Test func `one changed byte is noticed`() async throws {
        try await withTemporaryDirectory { folder in
            let folder = try ModelFolder.copy(to: folder)
            var bytes = try Data(contentsOf: URL(filePath: ModelFolder.shipped + "/model.onnx"))
            bytes[bytes.count / 2] ^= 1
            try FileManager.default.removeItem(atPath: folder + "/model.onnx")
            try bytes.write(to: URL(filePath: folder + "/model.onnx"))
            let fault = #expect(throws: ModelFault.self) { try ModelPackage.read(folder: folder).verify() }
            #expect(fault?.code == .altered)
            #expect(fault?.reason.contains("model.onnx") == true)
        }
    }

    @Test func `an absent file is named`() async throws {
        try await withTemporaryDirectory { folder in
            let folder = try ModelFolder.copy(to: folder)
            try FileManager.default.removeItem(atPath: folder + "/model_int8.onnx")
            let fault = #expect(throws: ModelFault.self) { try ModelPackage.read(folder: folder).verify() }
            #expect(fault?.code == .missing)
            #expect(fault?.reason == "model_int8.onnx is missing")
        }
    }
}

private func change(_ object: inout [String: Any], _ path: ArraySlice<Substring>, to value: Any?) {
    guard let key = path.first.map(String.init) else { return }
    if path.count == 1 {
        object[key] = value
    } else {
        var inner = object[key] as? [String: Any] ?? [:]
        change(&inner, path.dropFirst(), to: value)
        object[key] = inner
    }
}
