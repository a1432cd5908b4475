/// A float32 tensor as a client names it, for the Open Inference Protocol.
package struct NamedTensor: Hashable, Sendable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]

    package init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// What does not fit between a client's tensors and the model; `message` may be shown to the client.
package struct TensorMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { "TensorMismatch" }
}

extension InferenceSession {
    /// Pictures that one raw request may hold.
    package static var largestBatch: Int { 32 }

    /// Runs the model on tensors by name, as they are: no preprocessing, no calibration.
    ///
    /// A batch is spread over the cores picture by picture, a few at a time, so that it can't push others out of the queue.
    /// - Parameters:
    ///   - tensors: one, since our models have one input.
    ///   - wanted: names of outputs; `nil` for all of them.
    ///   - deadline: when the answer is of no use any more.
    /// - Returns: the outputs in the model's order.
    /// - Throws: `TensorMismatch`, or what `run` throws.
    package func infer(
        _ tensors: [NamedTensor],
        outputs wanted: Set<String>? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> [OutputTensor] {
        let pictures = try pictures(in: tensors)
        let names = try outputNames(wanted)
        var answers = [[OutputTensor]](repeating: [], count: pictures.count)
        try await withThrowingTaskGroup(of: (Int, [OutputTensor]).self) { group in
            var next = 0
            func addNext() {
                guard next < pictures.count else { return }
                let (place, picture) = (next, pictures[next])
                next += 1
                group.addTask { (place, try await self.run(picture, outputs: names, deadline: deadline)) }
            }
            for _ in 0..<options.cores { addNext() }
            for try await (place, outputs) in group {
                answers[place] = outputs
                addNext()
            }
        }
        return outputs.indices.compactMap { index in
            guard let place = answers[0].firstIndex(where: { $0.name == outputs[index].name }) else { return nil }
            let parts = answers.map { $0[place] }
            let shape = parts.count > 1 ? [parts.count] + parts[0].shape.dropFirst() : parts[0].shape
            return OutputTensor(name: parts[0].name, shape: shape, values: parts.flatMap(\.values))
        }
    }

    private func pictures(in tensors: [NamedTensor]) throws(TensorMismatch) -> [InputTensor] {
        guard tensors.count == 1, let tensor = tensors.first, tensor.name == input.name else {
            throw TensorMismatch(message: "the model takes exactly one input, “\(input.name)”")
        }
        let expected = "[\(input.shape.map { $0.map(String.init) ?? "-1" }.joined(separator: ", "))]"
        guard tensor.shape.count == pictureShape.count, tensor.shape.dropFirst() == pictureShape.dropFirst(),
            input.shape[0] == nil || tensor.shape[0] == pictureShape[0]
        else { throw TensorMismatch(message: "input “\(input.name)” has shape \(tensor.shape), should be \(expected)") }
        guard (1...Self.largestBatch).contains(tensor.shape[0]) else {
            throw TensorMismatch(
                message:
                    "input “\(input.name)” holds \(tensor.shape[0]) pictures, allowed are 1 to \(Self.largestBatch)"
            )
        }
        let size = pictureShape.reduce(1, *)
        let count = input.shape[0] == nil ? tensor.shape[0] : 1
        guard tensor.values.count == size * count else {
            throw TensorMismatch(
                message: "input “\(input.name)” has \(tensor.values.count) values, its shape asks for \(size * count)"
            )
        }
        return (0..<count).map {
            InputTensor(shape: pictureShape, values: tensor.values[$0 * size..<($0 + 1) * size])
        }
    }

    private func outputNames(_ wanted: Set<String>?) throws(TensorMismatch) -> Set<String> {
        let known = Set(outputs.map(\.name))
        guard let wanted, !wanted.isEmpty else { return known }
        guard wanted.isSubset(of: known) else {
            throw TensorMismatch(message: "the model's outputs are \(known.sorted().joined(separator: ", "))")
        }
        return wanted
    }
}
