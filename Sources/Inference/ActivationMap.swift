/// Where in the picture a class got its evidence: a coarse grid over the square that the model saw.
package struct ActivationMap: Hashable, Sendable {
    package let rows: Int
    package let columns: Int
    /// Row by row; their mean plus the class's bias is its logit.
    package let values: [Float]

    /// Evidence for the class between 0 and 1, strongest spot 1; all 0 where nothing speaks for it.
    package var shown: [Float] {
        let strongest = values.max() ?? 0
        guard strongest > 0 else { return values.map { _ in 0 } }
        return values.map { max($0, 0) / strongest }
    }
}

/// The last layer, which turns averaged features into logits.
struct ClassifierHead: Hashable, Sendable {
    let classes: Int
    let channels: Int
    /// Class by class.
    let weights: [Float]
    let bias: [Float]

    /// `nil` unless the shapes fit one another.
    init?(weights: ONNXInitializer, bias: ONNXInitializer, classes: Int, channels: Int) {
        guard weights.shape == [classes, channels], bias.shape == [classes] else { return nil }
        self.classes = classes
        self.channels = channels
        self.weights = weights.values
        self.bias = bias.values
    }

    func activation(of label: Int, in features: FeatureMap) -> ActivationMap {
        let size = features.rows * features.columns
        var sum = [Float](repeating: 0, count: size)
        for channel in 0..<channels {
            let weight = weights[label * channels + channel]
            for place in 0..<size { sum[place] += weight * features.values[channel * size + place] }
        }
        return ActivationMap(rows: features.rows, columns: features.columns, values: sum)
    }
}
