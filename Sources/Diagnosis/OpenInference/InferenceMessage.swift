import Core
import HTTPServer

/// A request taken apart: its JSON, and the bytes that follow it in the binary extension.
struct InferenceMessage: Sendable {
    let request: InferenceRequest
    private let tail: ArraySlice<UInt8>

    /// - Throws: a 422 that names what does not fit.
    init(_ request: Request) throws {
        let bytes = request.bytes
        guard let text = request.headers["inference-header-content-length"] else {
            self.request = try request.json(InferenceRequest.self)
            tail = []
            return
        }
        guard let length = Int(text), (0...bytes.count).contains(length) else {
            throw Problem.unprocessable(
                ["header", "Inference-Header-Content-Length"],
                "is not a length within the body"
            )
        }
        self.request = try JSONBody.decode(InferenceRequest.self, from: Array(bytes[..<length]))
        tail = bytes[length...]
    }

    /// The numbers of the only input.
    func values() throws -> [Float] {
        guard let input = request.inputs.first, request.inputs.count == 1 else {
            throw Problem.unprocessable(["body", "inputs"], "takes exactly one tensor")
        }
        guard input.datatype == "FP32" else {
            throw Problem.unprocessable(["body", "inputs", "0", "datatype"], "must be FP32")
        }
        if let size = input.parameters?.binaryDataSize {
            guard size == tail.count, size % 4 == 0 else {
                throw Problem.unprocessable(
                    ["body", "inputs", "0", "parameters", "binary_data_size"],
                    "is \(size), but \(tail.count) bytes follow the JSON"
                )
            }
            return stride(from: tail.startIndex, to: tail.endIndex, by: 4).map { start in
                Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(tail[start + $1]) << (8 * UInt32($1)) })
            }
        }
        guard let data = input.data else {
            throw Problem.unprocessable(["body", "inputs", "0", "data"], "is missing", type: "missing")
        }
        return data.values
    }

    /// Whether an output is wanted at all, and whether as bytes.
    func wants(_ output: String) -> (isWanted: Bool, asBytes: Bool) {
        guard let outputs = request.outputs else { return (true, false) }
        guard let wish = outputs.first(where: { $0.name == output }) else { return (false, false) }
        return (true, wish.parameters?.binaryData ?? false)
    }
}
