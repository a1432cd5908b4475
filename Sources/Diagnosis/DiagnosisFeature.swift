package import Accounts
package import Core
package import Database
package import HTTPServer
package import Inference
package import JobQueue
package import ObjectStore
package import Outbound

/// Diagnosis as the composition root sees it.
package struct DiagnosisFeature: Sendable {
    package let routes: [Route]
    package let services: [any Service]
    package let jobs: [JobHandler]
    package let schedules: [JobSchedule]

    package static let migrations = DiagnosisMigrations.all

    /// The pictures of analyses, and those that a batch has still to read.
    package static func objects(of database: Database) -> [ObjectClaim] {
        [
            ObjectClaim(prefix: AnalysisKeeper.folder) {
                try await database.texts(of: "object_key", in: "analysis_picture", after: $0, limit: $1)
            },
            ObjectClaim(prefix: AcceptBatch.folder) {
                try await database.texts(of: "object_key", in: "batch_picture", after: $0, limit: $1)
            },
        ]
    }

    package init(
        read: ReadLeaf,
        models: ModelRegistry,
        catalogue: Catalogue,
        database: Database,
        objects: any ObjectStore,
        queue: JobQueue,
        signals: any SignalBus,
        webhooks: WebhookCall,
        uploadLimit: Int,
        rates: RateGate,
        programVersion: String,
        log: Log,
        metrics: Metrics,
        clock: WallClock = .system
    ) throws {
        let store = AnalysisStore(database: database)
        let journal = AnalysisJournal(store: store, log: log, metrics: metrics)
        let keeper = AnalysisKeeper(store: store, journal: journal, objects: objects)
        let meter = PredictionMeter(metrics)
        let readAll = ReadLeaves(read: read)
        let diagnose = DiagnosePlant(readAll: readAll, catalogue: catalogue, keeper: keeper, meter: meter, clock: clock)
        let identify = IdentifyPlant(
            readAll: readAll,
            catalogue: catalogue,
            keeper: keeper,
            meter: meter,
            clock: clock
        )
        let pictures = DiagnosisRoutes(
            predict: PredictLeaf(read: read, keeper: keeper, meter: meter, clock: clock),
            diagnose: diagnose,
            identify: identify,
            read: read,
            uploadLimit: uploadLimit
        )
        let batches = Batches(
            analyses: store,
            store: BatchStore(database: database),
            diagnose: diagnose,
            identify: identify,
            queue: queue,
            objects: objects,
            signals: signals,
            webhooks: webhooks,
            uploadLimit: uploadLimit,
            clock: clock
        )
        routes =
            try pictures.all + AnalysisRoutes(keeper: keeper).all + catalogue.routes()
            + [StreamDiagnoseRoute(diagnose: diagnose, pictureLimit: uploadLimit, rates: rates).route]
            + OpenInferenceRoutes(models: models, programVersion: programVersion).all + batches.routes
        services = [journal]
        jobs = batches.jobs
        schedules = batches.schedules
    }
}
