import Core
import Foundation
import Testing
import TestSupport

@testable import Inference

struct InferenceSessionTests {
    private func session(depth: Int) throws -> InferenceSession {
        try Leaf.load(.f32, options: SessionOptions(cores: 1, depth: depth, grouping: .never)).session
    }

    @Test func `a full queue refuses at once and recovers`() async throws {
        let session = try session(depth: 4)
        let pictures = (0..<40).map { Leaf.picture($0) }
        let outcomes = await withTaskGroup(of: Result<Int, any Error>.self) { group in
            for picture in pictures {
                group.addTask {
                    do {
                        return .success(try await session.run(picture, outputs: ["logits"]).count)
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let answered = outcomes.filter { if case .success = $0 { true } else { false } }.count
        let refused = outcomes.filter { if case .failure(let error) = $0 { error is Overloaded } else { false } }.count
        #expect(answered >= 4)
        #expect(answered + refused == 40)
        #expect(refused > 0)
        #expect(try await session.run(Leaf.picture(), outputs: ["logits"]).count == 1)
    }

    @Test func `a cancelled picture leaves the queue and the others are answered`() async throws {
        let session = try Leaf.narrow.get().session
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<20 {
                group.addTask { _ = try await session.run(Leaf.picture(seed), outputs: ["logits"]) }
            }
            for _ in 0..<10_000 where session.waitingCount < 5 { await Task.yield() }
            let cancelled = await withTaskGroup(of: Bool.self) { inner in
                for seed in 0..<10 {
                    inner.addTask {
                        do {
                            _ = try await session.run(Leaf.picture(seed), outputs: ["logits"])
                            return false
                        } catch {
                            return error is CancellationError
                        }
                    }
                }
                inner.cancelAll()
                return await inner.reduce(into: []) { $0.append($1) }
            }
            #expect(cancelled.contains(true))
            try await group.waitForAll()
        }
    }

    @Test func `a deadline that has passed is not waited for`() async throws {
        let session = try Leaf.narrow.get().session
        let past = ContinuousClock.now - .seconds(1)
        await #expect(throws: Overloaded.self) {
            _ = try await session.run(Leaf.picture(), outputs: ["logits"], deadline: past)
        }
        let answer = try await session.run(Leaf.picture(), outputs: ["logits"], deadline: .now + .seconds(10))
        #expect(answer.count == 1)
    }

    @Test func `only what is asked for is copied out`() async throws {
        let session = try Leaf.f32.get().session
        let both = try await session.run(Leaf.picture(), outputs: ["logits", "features"])
        #expect(both.map(\.name).sorted() == ["features", "logits"])
        #expect(both.first { $0.name == "features" }?.shape == [1, 1280, 5, 5])
    }

    @Test func `a batch by name is answered as one`() async throws {
        let session = try Leaf.f32.get().session
        let pictures = (0..<6).map(Leaf.values)
        let batch = NamedTensor(name: "image", shape: [6, 3, 160, 160], values: pictures.flatMap { $0 })
        let outputs = try await session.infer([batch], outputs: ["logits"])
        #expect(outputs.map(\.shape) == [[6, 29]])
        for (index, picture) in pictures.enumerated() {
            let alone = try await session.infer([NamedTensor(name: "image", shape: [1, 3, 160, 160], values: picture)])
            let logits = try #require(alone.first { $0.name == "logits" })
            let part = outputs[0].values[index * 29..<(index + 1) * 29]
            #expect(zip(part, logits.values).allSatisfy { abs($0 - $1) < 1e-3 })
        }
    }

    @Test(
        "Tensors that don't fit are refused with words for the client",
        arguments: [
            ("picture", [1, 3, 160, 160], 76_800, "exactly one input, “image”"),
            ("image", [1, 3, 224, 224], 150_528, "has shape [1, 3, 224, 224], should be [-1, 3, 160, 160]"),
            ("image", [3, 160, 160], 76_800, "should be [-1, 3, 160, 160]"),
            ("image", [1, 3, 160, 160], 7, "has 7 values, its shape asks for 76800"),
            ("image", [0, 3, 160, 160], 0, "holds 0 pictures"),
            ("image", [33, 3, 160, 160], 0, "allowed are 1 to 32"),
            ("image", [-1, 3, 160, 160], 76_800, "holds -1 pictures"),
        ]
    )
    func mismatch(name: String, shape: [Int], count: Int, message: String) async throws {
        let session = try Leaf.f32.get().session
        let tensor = NamedTensor(name: name, shape: shape, values: Array(repeating: 0, count: count))
        let fault = await #expect(throws: TensorMismatch.self) { try await session.infer([tensor]) }
        #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
    }

    @Test func `an unknown output is refused`() async throws {
        let session = try Leaf.f32.get().session
        let tensor = NamedTensor(name: "image", shape: [1, 3, 160, 160], values: Array(repeating: 0, count: 76_800))
        let fault = await #expect(throws: TensorMismatch.self) {
            try await session.infer([tensor], outputs: ["smell"])
        }
        #expect(fault?.message == "the model's outputs are features, logits")
    }

    @Test func `the precision that was asked for is the one the plugin uses`() throws {
        let runtime = try Leaf.runtime.get()
        let network = try runtime.network(at: ModelFolder.shipped + "/model.onnx")
        try network.reshape("image", to: [1, 3, 160, 160])
        let compiled = try runtime.compile(network, CompilePlan(streams: 1, threads: 1, usesBF16: false))
        #expect(try compiled.property("INFERENCE_PRECISION_HINT") == "f32")
        #expect(try compiled.property("NUM_STREAMS") == "1")
    }

    @Test func `a missing file is a fault with the library's words`() throws {
        let runtime = try Leaf.runtime.get()
        let fault = #expect(throws: OpenVINOFault.self) { _ = try runtime.network(at: "/nonexistent/model.onnx") }
        #expect(fault?.detail.contains("/nonexistent/model.onnx") == true)
        #expect(fault?.description.contains("nonexistent") == false)
    }

    @Test func `dropping a session lets its threads end`() async throws {
        weak var engine: InferenceEngine?
        do {
            let session = try session(depth: 4)
            engine = session.engine
            _ = try await session.run(Leaf.picture(), outputs: ["logits"])
        }
        // Only the threads hold it now.
        for _ in 0..<500 where engine != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(engine == nil)
    }
}
