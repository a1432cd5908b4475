import Foundation
import TestSupport
import Testing

/// The Open Inference Protocol as its clients speak it.
struct OpenInferenceTests {
    private static let size = 3 * 160 * 160

    private func request(_ count: Int, _ data: String, name: String = "image", size: String = "160, 160") -> String {
        #"{"id": "r1", "inputs": [{"name": "\#(name)", "shape": [\#(count), 3, \#(size)], "datatype": "FP32", \#(data)}]}"#
    }

    private func post(_ body: [UInt8], headers: [String: String] = [:]) async throws -> LoopbackAnswer {
        let type = ["Content-Type": headers.isEmpty ? "application/json" : "application/octet-stream"]
        return try await CommonServer.get().request(
            "POST",
            "/v2/models/leaf/infer",
            headers: type.merging(headers) { $1 },
            body: body
        )
    }

    @Test func `JSON and bytes give the same numbers`() async throws {
        let zeros = Array(repeating: "0", count: Self.size * 2).joined(separator: ",")
        let asJSON = try await post(Array(request(2, "\"data\": [\(zeros)]").utf8))
        #expect(asJSON.status == 200, "\(asJSON.text.prefix(300))")
        let outputs = try #require(asJSON.json["outputs"] as? [[String: Any]])
        let logits = try #require(outputs.first { $0["name"] as? String == "logits" })
        #expect(logits["shape"] as? [Int] == [2, 29])
        let numbers = try #require(logits["data"] as? [Double])
        #expect(numbers.count == 58)
        #expect(asJSON.json["model_version"] as? String == "0.1.0")
        #expect(asJSON.json["id"] as? String == "r1")

        let wish =
            #""parameters": {"binary_data_size": \#(Self.size * 4)}}], "outputs": [{"name": "logits", "parameters": {"binary_data": true}}]}"#
        let head = Array(
            (#"{"inputs": [{"name": "image", "shape": [1, 3, 160, 160], "datatype": "FP32", "# + wish).utf8
        )
        let asBytes = try await post(
            head + [UInt8](repeating: 0, count: Self.size * 4),
            headers: ["Inference-Header-Content-Length": "\(head.count)"]
        )
        #expect(asBytes.status == 200, "\(asBytes.text.prefix(300))")
        let length = try #require(asBytes["inference-header-content-length"].flatMap { Int($0) })
        let tail = Array(asBytes.body[length...])
        #expect(tail.count == 29 * 4)
        let first = tail.prefix(4).enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
        #expect(abs(Double(Float(bitPattern: first)) - numbers[0]) < 0.01)
    }

    @Test(
        "What does not fit the model is named",
        arguments: [
            ("\"data\": [1, 2]", "image", "160, 160", "numbers"), ("\"data\": [1]", "picture", "160, 160", "name"),
            ("\"data\": [1]", "image", "10, 10", "shape"), ("\"parameters\": {}", "image", "160, 160", "data"),
        ]
    )
    func refused(data: String, name: String, size: String, word: String) async throws {
        let answer = try await post(Array(request(1, data, name: name, size: size).utf8))
        #expect(answer.status == 422)
        #expect(answer.text.contains(word), "\(answer.text)")
    }
}
