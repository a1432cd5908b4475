import Core
import HTTPServer

/// A batch with some of its results.
struct BatchAnswerPage: APIValue {
    struct Result: APIValue {
        let position: Int
        let filename: String
        let status: String
        let answer: DiagnosisAnswer?
        let error: PictureProblem?

        static let notes = [
            "status": "waiting, done or failed.", "answer": "As /diagnose or /identify gives it; null until then.",
        ]
    }

    let job: BatchState
    let results: [Result]
    let next: Int?

    static let notes = ["next": "Give it as `from` for the next results; null after the last."]

    /// The JSON of one; answers are JSON already, and decoding them only to encode them again could change them.
    static func text(_ batch: Batch, _ results: [BatchResult]) throws -> [UInt8] {
        let items = try results.map { result in
            let filename = String(decoding: try JSON.encode(result.filename), as: UTF8.self)
            let status = result.answer != nil ? "done" : result.error != nil ? "failed" : "waiting"
            return #"{"position":\#(result.position),"filename":\#(filename),"status":"\#(status)","#
                + #""answer":\#(text(result.answer)),"error":\#(text(result.error))}"#
        }
        let last = results.last.map { $0.position + 1 } ?? batch.total
        let next = last < batch.total ? "\(last)" : "null"
        let job = String(decoding: try JSON.encode(batch.answer), as: UTF8.self)
        return Array(#"{"job":\#(job),"results":[\#(items.joined(separator: ","))],"next":\#(next)}"#.utf8)
    }

    private static func text(_ json: [UInt8]?) -> String { json.map { String(decoding: $0, as: UTF8.self) } ?? "null" }
}
