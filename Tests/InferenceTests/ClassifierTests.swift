import Core
import Foundation
import Testing
import TestSupport

@testable import Inference

/// Loaded once: compiling takes longer than all the tests that use it.
enum Leaf {
    static let runtime = Result { try OpenVINORuntime() }
    static let f32 = Result { try load(.f32) }
    /// One core, so that a queue forms.
    static let narrow = Result { try load(.f32, options: SessionOptions(cores: 1, grouping: .never)) }

    static func load(
        _ precision: PrecisionChoice,
        options: SessionOptions = SessionOptions(grouping: .never)
    ) throws -> Classifier {
        try Classifier(
            ModelPackage.read(folder: ModelFolder.shipped),
            precision: precision,
            runtime: runtime.get(),
            options: options
        )
    }

    /// Colours that differ from seed to seed.
    static func picture(_ seed: Int = 1) -> InputTensor {
        InputTensor(shape: [1, 3, 160, 160], values: values(seed))
    }

    static func values(_ seed: Int) -> [Float] {
        var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761) | 1
        return (0..<3 * 160 * 160).map { index in
            if index % 97 == 0 { state = state &* 1_664_525 &+ 1_013_904_223 }
            return Float(state >> 8) / Float(1 << 24)
        }
    }
}

struct ClassifierTests {
    @Test func `an answer names its model and adds up`() async throws {
        let classifier = try Leaf.f32.get()
        let answer = try await classifier.classify(Leaf.picture())
        #expect(answer.model == ModelIdentity(name: "leaf-v0", version: "0.1.0"))
        #expect(answer.precision == .f32)
        #expect(answer.logits.count == 29)
        #expect(abs(answer.probabilities.reduce(0, +) - 1) < 1e-5)
        #expect(answer.top == answer.ranked()[0])
        #expect(answer.confidence == answer.probabilities.max())
        #expect(answer.features == nil)
    }

    @Test func `noise gets no confident name`() async throws {
        let answer = try await Leaf.f32.get().classify(Leaf.picture(7))
        #expect(answer.rejection != nil)
    }

    @Test("A class's activation map averages to its logit", arguments: [0, 4, 17, 28])
    func map(label: Int) async throws {
        let classifier = try Leaf.f32.get()
        let answer = try await classifier.classify(Leaf.picture(label), keepFeatures: true)
        let map = try #require(classifier.explain(answer, class: label))
        let bias = try #require(classifier.bias(of: label))
        #expect(map.rows == 5 && map.columns == 5)
        #expect(abs(map.values.reduce(0, +) / 25 + bias - answer.logits[label]) < 1e-3)
        #expect(map.shown.allSatisfy { (0...1).contains($0) })
    }

    @Test func `there is no map without features, nor of a class that is none`() async throws {
        let classifier = try Leaf.f32.get()
        let plain = try await classifier.classify(Leaf.picture())
        let kept = try await classifier.classify(Leaf.picture(), keepFeatures: true)
        #expect(classifier.explain(plain, class: 0) == nil)
        #expect(classifier.explain(kept, class: 29) == nil)
    }

    @Test func `all ways of running give the same logits`() async throws {
        let reference = try await Leaf.f32.get().classify(Leaf.picture())
        let grouping = try Leaf.load(.f32, options: SessionOptions(cores: 2, depth: 64, grouping: .always(upTo: 4)))
        #expect(grouping.session.groupSizes == [1, 4])
        let answers = try await withThrowingTaskGroup(of: Classification.self) { group in
            for _ in 0..<40 { group.addTask { try await grouping.classify(Leaf.picture()) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers {
            let largest = zip(answer.logits, reference.logits).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest < 1e-3)
        }
    }

    @Test func `pictures of a group don't get one another's answers`() async throws {
        let single = try Leaf.f32.get()
        let grouping = try Leaf.load(.f32, options: SessionOptions(cores: 1, grouping: .always(upTo: 4)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<12 {
                group.addTask {
                    let picture = Leaf.picture(seed)
                    let expected = try await single.classify(picture)
                    let answer = try await grouping.classify(picture, keepFeatures: true)
                    #expect(zip(answer.logits, expected.logits).allSatisfy { abs($0 - $1) < 1e-3 })
                    let map = try #require(grouping.explain(answer, class: 3))
                    let bias = try #require(grouping.bias(of: 3))
                    #expect(abs(map.values.reduce(0, +) / 25 + bias - answer.logits[3]) < 1e-3)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        "A file that is no model, or another model than described, is refused",
        arguments: [
            ("text", "can't be loaded"), ("classes", "does not give one logit for each of the 3 classes"),
            ("input", "takes another input"),
        ]
    )
    func unusable(kind: String, reason: String) async throws {
        try await withTemporaryDirectory { folder in
            var digest: String?
            if kind == "text" { digest = SHA256(of: Array("not a model".utf8)).description }
            let folder = try ModelFolder.copy(to: folder) { description in
                switch kind {
                case "classes":
                    description["classes"] = (description["classes"] as? [Any])?.prefix(3).map { $0 }
                    description["reject_class"] = nil
                    var outputs = description["outputs"] as? [String: Any] ?? [:]
                    outputs["logits"] = ["shape": ["N", 3] as [Any]]
                    description["outputs"] = outputs
                case "input":
                    var input = description["input"] as? [String: Any] ?? [:]
                    input["shape"] = ["N", 3, 224, 224] as [Any]
                    description["input"] = input
                default:
                    var files = description["files"] as? [String: Any] ?? [:]
                    files["onnx"] = ["path": "bad.onnx", "sha256": digest ?? ""]
                    description["files"] = files
                }
            }
            try Data("not a model".utf8).write(to: URL(filePath: folder + "/bad.onnx"))
            let model = try ModelPackage.read(folder: folder)
            let runtime = try Leaf.runtime.get()
            let fault = #expect(throws: ModelFault.self) {
                try Classifier(model, precision: .f32, runtime: runtime, options: SessionOptions(cores: 1))
            }
            #expect(fault?.code == .unusable)
            #expect(fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
            #expect(fault?.message.contains("openvino") == false)
        }
    }
}

struct ProbabilityTests {
    @Test(
        "Softmax survives any size of logits",
        arguments: [[0, 0], [1000, 0], [-1000, -1000.5], [3, 2, 1]] as [[Float]]
    )
    func softmaxing(logits: [Float]) {
        let probabilities = softmax(logits)
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-6)
        #expect(probabilities.indices.max { probabilities[$0] < probabilities[$1] } == 0 || logits.count == 2)
        #expect(probabilities.allSatisfy { $0.isFinite })
    }

    @Test func `the reject score is the energy of the leaf classes`() throws {
        #expect(abs(logSumExp([0, 0]) - 0.693_147_2) < 1e-6)
        #expect(logSumExp([1000, 0]) == 1000)
        let model = try ModelPackage.read(folder: ModelFolder.shipped)
        var logits = [Float](repeating: -20, count: 29)
        logits[0] = 5
        #expect(Classification(logits: logits, features: nil, model: model, precision: .f32).rejection == nil)
        logits[0] = 3
        #expect(Classification(logits: logits, features: nil, model: model, precision: .f32).rejection == .unfamiliar)
        logits[0] = 5
        logits[4] = 6
        let nothing = Classification(logits: logits, features: nil, model: model, precision: .f32)
        #expect(nothing.rejection == .rejectClass)
        #expect(abs(nothing.rejectScore - 5) < 1e-3)
    }

    @Test func `the temperature sharpens as the description says`() throws {
        let model = try ModelPackage.read(folder: ModelFolder.shipped)
        var logits = [Float](repeating: -100, count: 29)
        logits[1] = 1
        logits[2] = 0
        let answer = Classification(logits: logits, features: nil, model: model, precision: .f32)
        #expect(abs(answer.probabilities[1] - 0.868_05) < 1e-4)
    }
}
