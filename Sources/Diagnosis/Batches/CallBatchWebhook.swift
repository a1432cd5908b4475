import Core
import Database
import JobQueue
import Outbound

/// Tells whoever sent a batch that it is finished.
struct CallBatchWebhook: Sendable {
    static let kind = JobKind<Batch.ID>(
        "diagnosis.call-batch-webhook",
        JobPolicy(
            queue: "webhooks",
            width: 8,
            timeLimit: .seconds(60),
            retries: [.seconds(60), .seconds(300), .seconds(900), .seconds(3_600), .seconds(6 * 3_600)]
        )
    )

    let store: BatchStore
    let call: WebhookCall
    let clock: WallClock

    private struct Message: Encodable {
        let type: String
        let timestamp: Timestamp
        let data: BatchState
    }

    func callAsFunction(_ id: Batch.ID, _ job: JobContext) async throws {
        guard let batch = try await store.batch(id), let webhook = batch.webhook, webhook.state != .delivered,
            let secret = webhook.secret.flatMap(WebhookSecret.init)
        else { return }
        let message = Message(type: "batch.finished", timestamp: clock.now(), data: batch.answer)
        do {
            try await call(
                webhook.url,
                id: "\(job.id)",
                body: try JSON.encode(message),
                secret: secret,
                at: clock.now()
            )
        } catch let fault as OutboundFault {
            // A 404 while the other side is changed is nothing unusual; only an address that may never be called is given up.
            guard job.isLastAttempt || [.invalidURL, .refusedAddress].contains(fault.code) else { throw fault }
            try await store.database.write { tx in try await store.setWebhook(.failed, of: id, in: tx) }
            throw JobFault.hopeless("\(fault)")
        }
        try await store.database.write { tx in
            try await store.setWebhook(.delivered, of: id, in: tx)
            try await job.finish(in: tx)
        }
    }
}
