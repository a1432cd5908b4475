import Core
import Diagnosis
import FoundationEssentials
import Imaging
import Inference
import Observations

/// Diagnosis without a server, for the command line.
package struct LocalDiagnosis: Sendable {
    /// What one file says; the keys are those of the API where they mean the same.
    package struct Outcome: Codable, Sendable {
        package let file: String
        package let verdict: String?
        package let prediction: String?
        package let confidence: Double?
        package let plant: String?
        package let condition: String?
        package let probabilities: [String: Double]?
        package let error: String?

        /// What to call it in a table.
        package var finding: String {
            if let error { return error }
            switch verdict {
            case "confident": return [plant, condition].compactMap(\.self).joined(separator: ": ")
            case "not_a_plant": return "no leaf in the picture"
            default: return "not sure; most like \(prediction ?? "nothing")"
            }
        }

        package var certainty: String { confidence.map { "\(Int(($0 * 100).rounded()))%" } ?? "" }
        package var verdictText: String { verdict ?? "not read" }
    }

    private let read: ReadLeaf

    /// Loads the leaf model.
    ///
    /// - Throws: `ModelFault` when it cannot be used.
    package static func open(_ configuration: Configuration) async throws -> LocalDiagnosis {
        let models = Kit.models(for: configuration, log: .silent)
        try await models.load()
        _ = try models.classifier(named: configuration.leafModel)
        return LocalDiagnosis(read: Kit.readLeaf(models, configuration, cacheCapacity: 0))
    }

    /// Diagnoses one file; what is wrong with it is part of the outcome.
    package func diagnose(file: String, minConfidence: Double, topK: Int) async throws -> Outcome {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            return failure(file, "the file cannot be read")
        }
        do {
            let reading = try await read(Array(bytes))
            let joint = CombinedReading([reading.classification], model: reading.model, threshold: minConfidence)
            let label = reading.model.classes[joint.top]
            let ranked = joint.ranked().prefix(topK)
            return Outcome(
                file: file,
                verdict: joint.verdict.rawValue,
                prediction: label.id,
                confidence: joint.confidence,
                plant: label.plant,
                condition: label.condition,
                probabilities: Dictionary(
                    uniqueKeysWithValues: ranked.map { (reading.model.classes[$0].id, joint.probabilities[$0].asShare) }
                ),
                error: nil
            )
        } catch let fault as PictureFault {
            return failure(file, fault.description)
        }
    }

    private func failure(_ file: String, _ reason: String) -> Outcome {
        Outcome(
            file: file,
            verdict: nil,
            prediction: nil,
            confidence: nil,
            plant: nil,
            condition: nil,
            probabilities: nil,
            error: reason
        )
    }
}
