import Core
import HTTPServer
import Observations

/// Answers `POST /api/v1/identify`: which plant it is, whatever ails it.
struct IdentifyPlant: Sendable {
    let readAll: ReadLeaves
    let catalogue: Catalogue
    let keeper: AnalysisKeeper
    let meter: PredictionMeter
    let clock: WallClock

    /// - Throws: the first picture's problem when none can be read.
    func callAsFunction(
        _ pictures: [[UInt8]],
        _ options: DiagnosePlant.Options,
        owner: String?
    ) async throws -> IdentificationAnswer {
        try await meter.measure("identify") {
            let (answer, kept) = try await read(pictures, options)
            try await keeper.keep(answer, task: .identify, kept, owner: owner)
            return answer
        }
    }

    /// The same for one picture, to be saved by the caller together with more.
    func record(_ picture: [UInt8], _ options: DiagnosePlant.Options, owner: String?) async throws -> AnalysisRecord {
        var kept: [Kept] = []
        let answer = try await meter.measure("identify") {
            let (answer, pictures) = try await read([picture], options)
            kept = pictures
            return answer
        }
        return try await keeper.record(answer, task: .identify, kept, owner: owner)
    }

    private func read(
        _ pictures: [[UInt8]],
        _ options: DiagnosePlant.Options
    ) async throws -> (IdentificationAnswer, [Kept]) {
        let start = ContinuousClock.now
        let outcomes = try await readAll(pictures, options: options.reading)
        let joint = try JointReading(outcomes, threshold: options.minConfidence)
        let plants = LeafNames(model: joint.model, catalogue: catalogue).plants(joint.combined.probabilities)
        let answer = answer(joint, plants, outcomes, options, elapsed: (ContinuousClock.now - start).seconds)
        return (answer, joint.kept(of: pictures, outcomes))
    }

    private func answer(
        _ joint: JointReading,
        _ plants: [RankedPlant],
        _ outcomes: [Result<LeafReading, PictureProblem>],
        _ options: DiagnosePlant.Options,
        elapsed: Double
    ) -> IdentificationAnswer {
        let now = clock.now()
        let confidence = plants.first?.confidence ?? 0
        return IdentificationAnswer(
            id: .next(at: now),
            createdAt: now,
            verdict: joint.combined.verdict(ofConfidence: confidence, threshold: options.minConfidence),
            isPlant: joint.combined.verdict != .notAPlant,
            confidence: confidence,
            results: Array(plants.prefix(options.topK)),
            images: outcomes.enumerated().map {
                PictureReading($0.offset, $0.element, threshold: options.minConfidence)
            },
            model: joint.reference,
            processingTime: elapsed,
            cached: joint.isCached
        )
    }
}
