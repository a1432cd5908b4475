import Core
import HTTPServer
import Inference

/// Runs a model on the pictures of one tensor and writes its outputs as the protocol wants them.
struct InferTensors: Sendable {
    let classifier: Classifier

    /// Pictures in one tensor; more belong into several requests.
    private static let most = 32

    func callAsFunction(_ message: InferenceMessage) async throws -> Response {
        let tensors = try pictures(of: message)
        let session = classifier.session
        let wanted = Set(session.outputs.map(\.name).filter { message.wants($0).isWanted })
        if let unknown = message.request.outputs?.first(where: { !wanted.contains($0.name) }) {
            throw Problem.unprocessable(["body", "outputs"], "names \(unknown.name), which the model does not give")
        }
        let runs = try await withThrowingTaskGroup(of: (Int, [OutputTensor]).self) { group in
            for (index, tensor) in tensors.enumerated() {
                group.addTask { (index, try await session.run(tensor, outputs: wanted)) }
            }
            return try await group.reduce(into: [(Int, [OutputTensor])]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
        return try answer(runs, to: message)
    }

    private func pictures(of message: InferenceMessage) throws -> [InputTensor] {
        let shape = classifier.session.pictureShape
        guard let input = message.request.inputs.first, input.name == classifier.session.input.name else {
            throw Problem.unprocessable(
                ["body", "inputs", "0", "name"],
                "must be \(classifier.session.input.name), the only input"
            )
        }
        guard input.shape.count == shape.count, input.shape.dropFirst().elementsEqual(shape.dropFirst()),
            let count = input.shape.first, (1...Self.most).contains(count)
        else {
            let picture = shape.dropFirst().map(String.init).joined(separator: ", ")
            throw Problem.unprocessable(
                ["body", "inputs", "0", "shape"],
                "must be [N, \(picture)] with N from 1 to \(Self.most)"
            )
        }
        let values = try message.values()
        let size = shape.reduce(1, *)
        guard values.count == size * count else {
            throw Problem.unprocessable(
                ["body", "inputs", "0", "data"],
                "has \(values.count) numbers; the shape asks for \(size * count)"
            )
        }
        return (0..<count).map { index in
            InputTensor(shape: shape, values: Array(values[index * size..<(index + 1) * size]))
        }
    }

    private func answer(_ runs: [[OutputTensor]], to message: InferenceMessage) throws -> Response {
        var tail: [UInt8] = []
        var outputs: [InferenceAnswer.Output] = []
        for (position, first) in (runs.first ?? []).enumerated() {
            let values = runs.flatMap { $0[position].values }
            let asBytes = message.wants(first.name).asBytes
            if asBytes {
                for value in values {
                    let bits = value.bitPattern
                    for shift in [UInt32(0), 8, 16, 24] { tail.append(UInt8(truncatingIfNeeded: bits >> shift)) }
                }
            }
            outputs.append(
                InferenceAnswer.Output(
                    name: first.name,
                    shape: [runs.count] + first.shape.dropFirst(),
                    datatype: "FP32",
                    data: asBytes ? nil : values,
                    parameters: asBytes ? .init(binaryDataSize: values.count * 4, binaryData: nil) : nil
                )
            )
        }
        let head = try JSON.encode(
            InferenceAnswer(
                modelName: classifier.session.name,
                modelVersion: classifier.package.version,
                id: message.request.id,
                outputs: outputs
            )
        )
        guard !tail.isEmpty else { return .bytes(head, type: "application/json") }
        var response = Response.bytes(head + tail, type: "application/octet-stream")
        response["Inference-Header-Content-Length"] = "\(head.count)"
        return response
    }
}
