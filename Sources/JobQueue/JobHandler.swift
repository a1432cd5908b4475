import Core
package import Database

/// Carries out the jobs of one kind.
///
/// A job may run more than once, when a worker died or its end could not be written down: what the handler does must be the
/// same when done twice. `JobContext.id` stays the same over all attempts; `JobContext.finish(in:)` ties effects in the
/// database to the end of the job.
package struct JobHandler: Sendable {
    package let kind: String
    package let policy: JobPolicy
    let run: @Sendable (ClaimedJob, JobContext) async throws -> Void
    /// Given the payload and the cause, in the transaction in which the job becomes dead.
    let giveUp: GiveUp?

    typealias GiveUp = @Sendable ([UInt8], String, Transaction) async throws -> Void

    /// `giveUp` says what a job that is dead means to the feature, such as a result that will not come; it may run again
    /// for a job that was retried.
    package init<Payload>(
        _ kind: JobKind<Payload>,
        giveUp: (@Sendable (Payload, _ cause: String, Transaction) async throws -> Void)? = nil,
        _ body: @escaping @Sendable (Payload, JobContext) async throws -> Void
    ) {
        self.giveUp = giveUp.map { giveUp -> GiveUp in
            { (bytes: [UInt8], cause: String, tx: Transaction) async throws in
                // What this version cannot read means nothing to it.
                guard let payload = try? JSON.decode(Payload.self, from: bytes) else { return }
                try await giveUp(payload, cause, tx)
            }
        }
        self.kind = kind.name
        policy = kind.policy
        run = { job, context in
            let payload: Payload
            do {
                payload = try JSON.decode(Payload.self, from: job.payload)
            } catch {
                throw JobFault.hopeless("its payload is not one of this version of the program")
            }
            try await body(payload, context)
        }
    }
}

/// What a handler knows of the job it carries out.
package struct JobContext: Sendable {
    package let id: Job.ID
    /// Counted from 1.
    package let attempt: Int
    /// Whether a failure now makes the job dead.
    package let isLastAttempt: Bool
    let worker: JobWorkerID
    let store: JobStore

    /// Ends the job in the transaction that has its effects: they count once, or not at all.
    ///
    /// - Throws: `JobFault.leaseLost`, which must undo the transaction.
    package func finish(in tx: Transaction) async throws {
        guard try await store.complete([id], of: worker, in: tx) == 1 else { throw JobFault.leaseLost }
    }
}
