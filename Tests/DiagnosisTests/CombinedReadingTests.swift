import Observations
import TestSupport
import Testing

@testable import Diagnosis
@testable import Inference

struct CombinedReadingTests {
    private let model: ModelPackage

    init() throws { model = try ModelPackage.read(folder: SharedData.checkout + "/Models/leaf") }

    /// A classification with one logit high above the rest: the higher, the more familiar.
    private func classification(_ label: String, logit: Float) throws -> Classification {
        let index = try #require(model.classes.firstIndex { $0.id == label })
        var logits = [Float](repeating: 0, count: model.classes.count)
        logits[index] = logit
        return Classification(logits: logits, features: nil, model: model, precision: .f32)
    }

    @Test func `a familiar leaf above the threshold is confident`() throws {
        let joint = CombinedReading([try classification("Tomato___healthy", logit: 8)], model: model, threshold: 0.5)
        #expect(joint.verdict == .confident)
        #expect(model.classes[joint.top].id == "Tomato___healthy")
    }

    @Test func `an unfamiliar leaf is uncertain however high its probability`() throws {
        let unfamiliar = try classification("Tomato___healthy", logit: 1)
        #expect(unfamiliar.rejection == .unfamiliar)
        #expect(CombinedReading([unfamiliar], model: model, threshold: 0).verdict == .uncertain)
    }

    @Test func `below the threshold it is uncertain`() throws {
        let joint = CombinedReading([try classification("Tomato___healthy", logit: 8)], model: model, threshold: 1)
        #expect(joint.verdict == .uncertain)
    }

    @Test func `a slip of the thumb among leaves does not count, alone it is no plant`() throws {
        let slip = try classification("Background_without_leaves", logit: 9)
        let leaf = try classification("Potato___Early_blight", logit: 9)
        let both = CombinedReading([slip, leaf], model: model, threshold: 0.5)
        #expect(model.classes[both.top].id == "Potato___Early_blight")
        #expect(both.verdict == .confident)
        #expect(CombinedReading([slip], model: model, threshold: 0.5).verdict == .notAPlant)
    }

    @Test func `two leaves that disagree lower the confidence`() throws {
        let pair = [
            try classification("Tomato___healthy", logit: 9), try classification("Tomato___Late_blight", logit: 9),
        ]
        let joint = CombinedReading(pair, model: model, threshold: 0.6)
        #expect(joint.confidence < 0.6)
        #expect(joint.verdict == .uncertain)
        #expect(abs(joint.probabilities.reduce(0, +) - 1) < 0.001)
    }
}
