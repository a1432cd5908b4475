package import Inference
package import Observations

/// The joint answer of one to five pictures of one plant.
package struct CombinedReading: Sendable {
    package let probabilities: [Float]
    package let top: Int
    package let verdict: Verdict
    private let hasFamiliar: Bool
    package var confidence: Double { probabilities[top].asShare }

    /// Averages the pictures that count: familiar leaves if there are any, else unfamiliar ones, else all.
    ///
    /// A picture without a leaf among good ones is a slip of the thumb, not evidence against the plant.
    package init(_ classifications: [Classification], model: ModelPackage, threshold: Double) {
        precondition(!classifications.isEmpty, "an answer rests on a picture")
        let familiar = classifications.filter { $0.rejection == nil }
        let leaves = classifications.filter { $0.rejection != .rejectClass }
        let counted = !familiar.isEmpty ? familiar : !leaves.isEmpty ? leaves : classifications
        let share = 1 / Float(counted.count)
        var mean = [Float](repeating: 0, count: model.classes.count)
        for classification in counted {
            for (index, probability) in classification.probabilities.enumerated() { mean[index] += probability * share }
        }
        probabilities = mean
        top = mean.indices.max { (mean[$0], $1) < (mean[$1], $0) } ?? 0
        hasFamiliar = !familiar.isEmpty
        verdict =
            model.classes[top].isReject
            ? .notAPlant : hasFamiliar && Double(mean[top]) >= threshold ? .confident : .uncertain
    }

    /// The verdict for an answer of another kind that rests on the same pictures, such as the plant alone.
    package func verdict(ofConfidence confidence: Double, threshold: Double) -> Verdict {
        verdict == .notAPlant ? .notAPlant : hasFamiliar && confidence >= threshold ? .confident : .uncertain
    }

    /// Classes from the most to the least probable.
    package func ranked() -> [Int] {
        probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
    }
}

extension Float {
    /// A probability as answers show it: six digits are more than the model knows.
    package var asShare: Double { (Double(self) * 1e6).rounded() / 1e6 }
}
