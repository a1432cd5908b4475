package import Core
package import Database
package import HTTPServer
package import Inference
package import ObjectStore

/// Diagnosis as the composition root sees it.
package struct DiagnosisFeature: Sendable {
    package let routes: [Route]
    package let services: [any Service]

    package static let migrations = DiagnosisMigrations.all

    package init(
        read: ReadLeaf,
        models: ModelRegistry,
        catalogue: Catalogue,
        database: Database,
        objects: any ObjectStore,
        uploadLimit: Int,
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
        let pictures = DiagnosisRoutes(
            predict: PredictLeaf(read: read, keeper: keeper, meter: meter, clock: clock),
            diagnose: diagnose,
            identify: IdentifyPlant(readAll: readAll, catalogue: catalogue, keeper: keeper, meter: meter, clock: clock),
            read: read,
            uploadLimit: uploadLimit
        )
        routes =
            try pictures.all + AnalysisRoutes(keeper: keeper).all + catalogue.routes()
            + [StreamDiagnoseRoute(diagnose: diagnose, pictureLimit: uploadLimit).route]
            + OpenInferenceRoutes(models: models, programVersion: programVersion).all
        services = [journal]
    }
}
