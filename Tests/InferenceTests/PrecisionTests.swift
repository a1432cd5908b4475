import Testing
import TestSupport

@testable import Inference

struct PrecisionTests {
    private static let plain = CPUFeatures(flags: ["avx2"])
    private static let half = CPUFeatures(flags: ["avx512_bf16"])
    private static let tiles = CPUFeatures(flags: ["avx512_bf16", "amx_bf16"])

    @Test(
        "auto takes bf16 only with AMX and a passed check",
        arguments: [
            (plain, true, Precision.f32), (half, true, .f32), (tiles, true, .bf16), (tiles, false, .f32),
        ]
    )
    func auto(cpu: CPUFeatures, passed: Bool, expected: Precision) async throws {
        try await withTemporaryDirectory { folder in
            let folder = try ModelFolder.copy(to: folder) {
                $0["precision_checked"] = ["bf16": ["accuracy": 0.98, "n": 10, "passed": passed] as [String: Any]]
            }
            let model = try ModelPackage.read(folder: folder)
            #expect(try PrecisionChoice.auto.resolve(for: model, on: cpu) == expected)
        }
    }

    @Test func `without a check in the description auto stays at f32`() async throws {
        try await withTemporaryDirectory { folder in
            let model = try ModelPackage.read(folder: ModelFolder.copy(to: folder) { $0["precision_checked"] = nil })
            #expect(try PrecisionChoice.auto.resolve(for: model, on: Self.tiles) == .f32)
        }
    }

    @Test func `int8 is refused where the package has no quantised file`() async throws {
        try await withTemporaryDirectory { folder in
            let folder = try ModelFolder.copy(to: folder) {
                var files = $0["files"] as? [String: Any] ?? [:]
                files["onnx_int8"] = nil
                $0["files"] = files
            }
            let model = try ModelPackage.read(folder: folder)
            let fault = #expect(throws: ModelFault.self) {
                try PrecisionChoice.int8.resolve(for: model, on: Self.plain)
            }
            #expect(fault?.code == .precision)
        }
    }

    @Test func `the kernel's list of features is read`() {
        let cpu = CPUFeatures(cpuinfo: "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx512_bf16 amx_bf16\n")
        #expect(cpu == CPUFeatures(flags: ["fpu", "avx512_bf16", "amx_bf16"], modelName: "AMD EPYC"))
        #expect(cpu.hasAMXBF16)
        #expect(!CPUFeatures(cpuinfo: "").hasBF16)
        #expect(!CPUFeatures.current.flags.isEmpty)
    }
}
