import Core
import HTTPServer
import Inference
import Observations

/// Answers `POST /api/v1/diagnose`: which plant, what ails it, how sure, and where it shows.
struct DiagnosePlant: Sendable {
    struct Options: Sendable {
        var minConfidence = 0.5
        var topK = 5
        var reading = ReadingOptions(judge: true)
    }

    let readAll: ReadLeaves
    let catalogue: Catalogue
    let keeper: AnalysisKeeper
    let meter: PredictionMeter
    let clock: WallClock

    /// - Throws: the first picture's problem when none can be read.
    func callAsFunction(_ pictures: [[UInt8]], _ options: Options, owner: String?) async throws -> DiagnosisAnswer {
        try await meter.measure("diagnose") {
            let (answer, kept) = try await read(pictures, options)
            try await keeper.keep(answer, task: .diagnose, kept, owner: owner)
            return answer
        }
    }

    /// The same for one picture, to be saved by the caller together with more.
    func record(_ picture: [UInt8], _ options: Options, owner: String?) async throws -> AnalysisRecord {
        var kept: [Kept] = []
        let answer = try await meter.measure("diagnose") {
            let (answer, pictures) = try await read([picture], options)
            kept = pictures
            return answer
        }
        return try await keeper.record(answer, task: .diagnose, kept, owner: owner)
    }

    private func read(_ pictures: [[UInt8]], _ options: Options) async throws -> (DiagnosisAnswer, [Kept]) {
        let start = ContinuousClock.now
        let outcomes = try await readAll(pictures, options: options.reading)
        let joint = try JointReading(outcomes, threshold: options.minConfidence)
        let answer = answer(joint, outcomes, options, elapsed: (ContinuousClock.now - start).seconds)
        return (answer, joint.kept(of: pictures, outcomes))
    }

    private func answer(
        _ joint: JointReading,
        _ outcomes: [Result<LeafReading, PictureProblem>],
        _ options: Options,
        elapsed: Double
    ) -> DiagnosisAnswer {
        let names = LeafNames(model: joint.model, catalogue: catalogue)
        let ranked = joint.combined.ranked()
        let probabilities = joint.combined.probabilities
        let isPlant = joint.combined.verdict != .notAPlant
        let now = clock.now()
        return DiagnosisAnswer(
            id: .next(at: now),
            createdAt: now,
            verdict: joint.combined.verdict,
            isPlant: isPlant,
            confidence: joint.combined.confidence,
            threshold: options.minConfidence,
            plant: isPlant ? names.plants(probabilities).first : nil,
            results: ranked.prefix(options.topK).map { names.result($0, probabilities) },
            diseases: isPlant ? names.diseases(ranked: ranked, probabilities, limit: options.topK) : [],
            images: outcomes.enumerated().map {
                PictureReading($0.offset, $0.element, threshold: options.minConfidence)
            },
            model: joint.reference,
            processingTime: elapsed,
            cached: joint.isCached
        )
    }
}
