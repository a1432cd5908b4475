import Core
import HTTPServer
import Observations

/// Many pictures that were sent together to be read one by one, in their own time.
struct Batch: Sendable {
    typealias ID = Identifier<Batch>

    /// What is to be found out about each picture.
    enum Task: String, Sendable, CaseIterable, Codable { case diagnose, identify }

    struct Options: Codable, Sendable {
        var minConfidence = 0.5
        var topK = 5
    }

    struct Webhook: Sendable {
        enum State: String, Sendable, Codable, CaseIterable { case pending, delivered, failed }
        let url: String
        /// Forgotten once the webhook was delivered.
        let secret: String?
        let state: State
    }

    let id: ID
    /// Empty for anyone without a key.
    let owner: String
    let task: Task
    let options: Options
    let createdAt: Timestamp
    let finishedAt: Timestamp?
    let total: Int
    let done: Int
    let failed: Int
    let webhook: Webhook?
    /// Of all that was sent; `nil` for batches from before it was kept.
    let fingerprint: [UInt8]?

    var answer: BatchState {
        BatchState(
            id: id,
            status: finishedAt != nil ? .finished : done + failed > 0 ? .running : .waiting,
            task: task,
            total: total,
            done: done,
            failed: failed,
            createdAt: createdAt,
            finishedAt: finishedAt,
            url: "/api/v1/jobs/\(id)",
            webhook: webhook.map { BatchState.Webhook(url: $0.url, status: $0.state) }
        )
    }
}

/// Where a batch stands, as the API tells it.
struct BatchState: APIValue {
    enum Status: String, Codable, Sendable, CaseIterable { case waiting, running, finished }

    struct Webhook: APIValue {
        let url: String
        let status: Batch.Webhook.State
        var secret: String?
        static let notes = ["secret": "Signs the call as Standard Webhooks say; told in the answer to the POST alone."]
    }

    let id: Batch.ID
    let status: Status
    let task: Batch.Task
    let total: Int
    let done: Int
    let failed: Int
    let createdAt: Timestamp
    let finishedAt: Timestamp?
    let url: String
    var webhook: Webhook?

    static let notes = [
        "done": "Pictures that were read.",
        "failed": "Pictures that could not be read; the results say why.",
    ]
}

/// One picture of a batch that waits to be read.
struct BatchPicture: Codable, Sendable {
    let batch: Batch.ID
    let position: Int
}
