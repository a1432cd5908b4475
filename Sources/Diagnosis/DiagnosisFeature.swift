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

    /// Who no longer wants pictures kept has them removed.
    package static let subscriptions = [FactSubscription(ForgetPictures.kind)]

    package static func personalData(_ database: Database, _ objects: any ObjectStore) -> any PersonalData {
        DiagnosisData(database: database, objects: objects)
    }

    /// What goes by itself after its time.
    package static func retained(
        _ database: Database,
        _ objects: any ObjectStore,
        consents: Consents,
        queue: JobQueue
    ) -> [any Retainable] {
        let owners = Owners(database: database, consents: consents)
        let forget = ForgetPictures(database: database, queue: queue)
        let data = DiagnosisData(database: database, objects: objects)
        return [
            AnonymousAnalyses(database: database), FinishedBatches(store: BatchStore(database: database)),
            PicturesWithoutConsent(owners: owners, forget: forget),
            RowsOfNobody(owners: owners, data: data, queue: queue),
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
        consents: Consents,
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
        let keeper = AnalysisKeeper(store: store, journal: journal, objects: objects, consents: consents)
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
        let forget = ForgetPictures(database: database, queue: queue)
        jobs = batches.jobs + [JobHandler(ForgetPictures.kind) { fact, _ in try await forget(fact) }]
    }
}
