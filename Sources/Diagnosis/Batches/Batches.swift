import Core
import HTTPServer
import JobQueue
import ObjectStore
import Outbound

/// Batches put together: routes and jobs.
struct Batches: Sendable {
    let routes: [Route]
    let jobs: [JobHandler]

    init(
        analyses: AnalysisStore,
        store: BatchStore,
        diagnose: DiagnosePlant,
        identify: IdentifyPlant,
        queue: JobQueue,
        objects: any ObjectStore,
        signals: any SignalBus,
        webhooks: WebhookCall,
        uploadLimit: Int,
        clock: WallClock
    ) {
        let accept = AcceptBatch(store: store, queue: queue, objects: objects, clock: clock, uploadLimit: uploadLimit)
        let read = ReadBatchPicture(
            store: store,
            analyses: analyses,
            queue: queue,
            objects: objects,
            diagnose: diagnose,
            identify: identify,
            signals: signals,
            clock: clock,
            uploadLimit: uploadLimit
        )
        let callWebhook = CallBatchWebhook(store: store, call: webhooks, clock: clock)
        routes = BatchRoutes(accept: accept, store: store, signals: signals).all
        jobs = [
            JobHandler(ReadBatchPicture.kind, giveUp: { picture, _, tx in try await read.giveUp(picture, in: tx) }) {
                try await read($0, $1)
            },
            JobHandler(CallBatchWebhook.kind) { try await callWebhook($0, $1) },
        ]
    }
}
