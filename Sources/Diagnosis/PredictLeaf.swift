import Core
import HTTPServer
import Imaging
import Inference
import Observations

/// Answers `POST /predict`: one picture, one class, as the old services did.
struct PredictLeaf: Sendable {
    struct Options: Sendable {
        var minConfidence = 0.5
        /// How many probabilities the answer lists; `nil` lists all.
        var topK: Int?
        var reading = ReadingOptions()
    }

    let read: ReadLeaf
    let keeper: AnalysisKeeper
    let meter: PredictionMeter
    let clock: WallClock

    func callAsFunction(_ bytes: [UInt8], _ options: Options, owner: String?) async throws -> PredictionAnswer {
        try await meter.measure("predict") {
            let start = ContinuousClock.now
            let reading = try await read(bytes, options: options.reading)
            let answer = answer(reading, options, elapsed: (ContinuousClock.now - start).seconds)
            try await keeper.keep(answer, task: .predict, [Kept(reading, bytes)], owner: owner)
            return answer
        }
    }

    private func answer(
        _ reading: LeafReading,
        _ options: Options,
        elapsed: Double
    ) -> PredictionAnswer {
        let model = reading.model
        let joint = CombinedReading([reading.classification], model: model, threshold: options.minConfidence)
        let label = model.classes[joint.top]
        let listed = options.topK.map { Array(joint.ranked().prefix($0)) } ?? Array(model.classes.indices)
        let isSick = joint.verdict != .notAPlant && !label.isHealthy
        return PredictionAnswer(
            id: .next(at: clock.now()),
            prediction: label.id,
            confidence: joint.confidence,
            probabilities: Dictionary(
                uniqueKeysWithValues: listed.map { (model.classes[$0].id, joint.probabilities[$0].asShare) }
            ),
            plantType: label.plant,
            diseases: isSick ? [[label.condition ?? label.id: joint.confidence]] : [],
            isPlant: joint.verdict != .notAPlant,
            verdict: joint.verdict,
            processingTime: elapsed,
            cached: reading.isCached,
            model: ModelReference(name: model.name, version: model.version),
            explanation: Explanation(reading)
        )
    }
}

extension PredictionAnswer: StoredAnswer, MeasuredAnswer {
    var analysis: Analysis {
        Analysis(
            id: id,
            createdAt: id.uuid.timestamp,
            model: model,
            label: prediction,
            confidence: confidence,
            verdict: verdict
        )
    }

    var forKeeping: PredictionAnswer {
        var copy = self
        copy.explanation?.overlay = nil
        return copy
    }
}
