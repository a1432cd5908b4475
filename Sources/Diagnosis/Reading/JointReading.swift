import HTTPServer
import Inference
import Observations

/// The readable ones of several pictures, and what they say together.
struct JointReading: Sendable {
    let readings: [LeafReading]
    let model: ModelPackage
    let combined: CombinedReading

    /// - Throws: the first picture's problem when none could be read.
    init(_ outcomes: [Result<LeafReading, PictureProblem>], threshold: Double) throws {
        let readings = outcomes.compactMap { try? $0.get() }
        guard let newest = readings.last else {
            guard case .failure(let problem) = outcomes.first else {
                throw Problem.unprocessable(["body", "file"], "is missing", type: "missing")
            }
            throw Problem(problem.status, "picture", problem.message)
        }
        // A swap between two pictures would mix two models' numbers: the newest one's count.
        self.readings = readings.filter { $0.classification.model == newest.classification.model }
        model = newest.model
        combined = CombinedReading(self.readings.map(\.classification), model: model, threshold: threshold)
    }

    var reference: ModelReference { ModelReference(name: model.name, version: model.version) }

    var isCached: Bool { readings.allSatisfy(\.isCached) }

    /// The pictures that could be read, ready to be kept.
    func kept(of pictures: [[UInt8]], _ outcomes: [Result<LeafReading, PictureProblem>]) -> [Kept] {
        zip(pictures, outcomes).compactMap { bytes, outcome in
            (try? outcome.get()).map { Kept($0, bytes) }
        }
    }
}
