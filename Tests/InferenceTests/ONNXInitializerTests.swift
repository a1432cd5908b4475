import Foundation
import Testing

@testable import Inference

struct ONNXInitializerTests {
    @Test func `the shipped model's last layer is found`() throws {
        let bytes = try Data(contentsOf: URL(filePath: ModelFolder.shipped + "/model.onnx"))
        let found = try ONNXInitializer.find(["head.weight", "head.bias", "nothing"], in: bytes)
        #expect(found.keys.sorted() == ["head.bias", "head.weight"])
        #expect(found["head.weight"]?.shape == [29, 1280])
        #expect(found["head.weight"]?.values.count == 29 * 1280)
        #expect(found["head.bias"]?.shape == [29])
        #expect(found["head.bias"]?.values.allSatisfy { $0.isFinite && abs($0) < 10 } == true)
    }

    @Test("Bytes that end early, or are no protobuf, are refused", arguments: [1, 100, 5_000, 4_000_000])
    func truncated(count: Int) throws {
        let bytes = try Data(contentsOf: URL(filePath: ModelFolder.shipped + "/model.onnx"))
        #expect(throws: ProtobufFault.self) {
            try ONNXInitializer.find(["head.weight"], in: bytes.prefix(count))
        }
    }

    @Test(
        "Lengths that lie are refused, never trusted",
        arguments: [
            [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x3B, 0x00],
            // A tensor "w" of 2^40 floats in four bytes.
            [
                0x3A, 0x14, 0x2A, 0x12, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x10, 0x01, 0x42, 0x01, 0x77, 0x4A,
                0x04, 0, 0, 0, 0,
            ],
        ] as [[UInt8]]
    )
    func lies(bytes: [UInt8]) {
        #expect(throws: ProtobufFault.self) { try ONNXInitializer.find(["w"], in: Data(bytes)) }
    }
}
