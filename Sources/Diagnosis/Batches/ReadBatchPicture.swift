import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore
import Observations

/// Reads one picture of a batch and writes down what it says; the last one finishes the batch.
struct ReadBatchPicture: Sendable {
    static let kind = JobKind<BatchPicture>(
        "diagnosis.read-batch-picture",
        JobPolicy(queue: "diagnosis", priority: .bulk, width: 8)
    )

    let store: BatchStore
    let analyses: AnalysisStore
    let queue: JobQueue
    let objects: any ObjectStore
    let diagnose: DiagnosePlant
    let identify: IdentifyPlant
    let signals: any SignalBus
    let clock: WallClock
    let uploadLimit: Int

    func callAsFunction(_ picture: BatchPicture, _ job: JobContext) async throws {
        guard let (batch, key) = try await store.pending(picture) else { return }
        let object = try ObjectKey(key)
        let result: Result<AnalysisRecord, PictureProblem>
        do {
            let bytes = try await objects.bytes(of: object, limit: Int64(uploadLimit))
            result = .success(try await record(bytes, of: batch))
        } catch let fault as DatabaseFault {
            throw fault
        } catch let error as any ClientFacing where error.problem.status < 500 || job.isLastAttempt {
            result = .failure(PictureProblem(status: error.problem.status, message: error.problem.detail))
        }
        try await keep(result, of: picture, job)
        try? await objects.delete(object)
        try? await signals.publish([], to: Self.topic(of: batch.id))
    }

    /// A picture whose job is dead counts as failed: nobody waits for it any longer, and the batch comes to its end.
    ///
    /// Where the picture lies is told to nobody then; the sweep of orphans removes it.
    func giveUp(_ picture: BatchPicture, in tx: Transaction) async throws {
        let problem = PictureProblem(
            status: 500,
            message: "This picture could not be read, however often it was tried."
        )
        let error = try JSON.encode(problem)
        let batch = try await store.finish(picture, analysis: nil, error: error, at: clock.now(), in: tx)
        try await tell(batch, in: tx)
    }

    private func tell(_ batch: Batch?, in tx: Transaction) async throws {
        guard let batch, batch.finishedAt != nil, batch.webhook != nil else { return }
        try await queue.enqueue(CallBatchWebhook.kind, batch.id, in: tx)
    }

    /// Where those listen who follow a batch.
    static func topic(of batch: Batch.ID) -> SignalTopic { SignalTopic(rawValue: "batch.\(batch)") }

    private func record(_ bytes: [UInt8], of batch: Batch) async throws -> AnalysisRecord {
        let options = DiagnosePlant.Options(minConfidence: batch.options.minConfidence, topK: batch.options.topK)
        let owner = batch.owner.isEmpty ? nil : batch.owner
        switch batch.task {
        case .diagnose: return try await diagnose.record(bytes, options, owner: owner)
        case .identify: return try await identify.record(bytes, options, owner: owner)
        }
    }

    private func keep(
        _ result: Result<AnalysisRecord, PictureProblem>,
        of picture: BatchPicture,
        _ job: JobContext
    ) async throws {
        let now = clock.now()
        let error: [UInt8]? = if case .failure(let problem) = result { try JSON.encode(problem) } else { nil }
        try await store.database.write { tx in
            let analysis = try? result.get()
            let batch = try await store.finish(picture, analysis: analysis?.analysis.id, error: error, at: now, in: tx)
            if batch != nil, let analysis { try await analyses.save(analysis, in: tx) }
            try await tell(batch, in: tx)
            try await job.finish(in: tx)
        }
    }
}
