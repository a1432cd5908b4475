/// What a model says about one picture.
package struct Classification: Hashable, Sendable {
    package let model: ModelIdentity
    package let precision: Precision
    package let logits: [Float]
    /// Calibrated, one a class, together 1.
    package let probabilities: [Float]
    /// The class with the highest probability, the reject class included.
    package let top: Int
    /// The energy of the leaf classes: low for what the model has never seen the like of.
    package let rejectScore: Float
    package let rejection: Rejection?
    /// Kept only when it was asked for; what `ActivationMap` explains.
    package let features: FeatureMap?

    package enum Rejection: Hashable, Sendable {
        /// The reject class is on top: no leaf in the picture.
        case rejectClass
        /// Some class is on top, but nothing fits well.
        case unfamiliar
    }

    package var confidence: Float { probabilities[top] }

    /// Classes from the most to the least probable.
    package func ranked() -> [Int] {
        probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
    }
}

/// The last feature map before pooling, channel by channel, row by row.
package struct FeatureMap: Hashable, Sendable {
    package let channels: Int
    package let rows: Int
    package let columns: Int
    package let values: [Float]
}

extension Classification {
    init(
        logits: [Float],
        features: FeatureMap?,
        model: ModelPackage,
        precision: Precision
    ) {
        let top = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0
        let leaves = logits.indices.filter { $0 != model.rejectIndex }.map { logits[$0] }
        let energy = logSumExp(leaves)
        self.init(
            model: model.identity,
            precision: precision,
            logits: logits,
            probabilities: softmax(logits.map { $0 / model.temperature }),
            top: top,
            rejectScore: energy,
            rejection: top == model.rejectIndex
                ? .rejectClass : model.reject.map { energy < $0.threshold } == true ? .unfamiliar : nil,
            features: features
        )
    }
}

extension Classification {
    /// The same without the features, which weigh a hundred times the rest.
    package func droppingFeatures() -> Classification {
        Classification(
            model: model,
            precision: precision,
            logits: logits,
            probabilities: probabilities,
            top: top,
            rejectScore: rejectScore,
            rejection: rejection,
            features: nil
        )
    }
}

/// Largest value first taken out, so that no exponential overflows.
func softmax(_ logits: [Float]) -> [Float] {
    let largest = logits.max() ?? 0
    let powers = logits.map { exponential($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}

func logSumExp(_ values: [Float]) -> Float {
    guard let largest = values.max(), largest.isFinite else { return -.infinity }
    return largest + logarithm(values.reduce(0) { $0 + exponential($1 - largest) })
}
