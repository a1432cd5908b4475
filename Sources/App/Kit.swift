package import Core
package import Database
package import Diagnosis
import FoundationEssentials
package import Inference
package import ObjectStore
package import Redis

/// What every feature leans on, opened from one configuration.
package struct Kit: Sendable {
    package let configuration: Configuration
    package let log: Log
    package let metrics: Metrics
    package let tracer: Tracer
    package let database: Database
    package let objects: any ObjectStore
    /// `nil` when the configuration names none; nothing may need it.
    package let redis: RedisClient?
    /// Within this process, or between all that share a Redis.
    package let signals: any SignalBus
    package let models: ModelRegistry
    package let decoding: WorkPool
    package let catalogue: Catalogue

    /// Opens what the configuration names and brings the database's tables up to date; models are loaded later.
    package static func open(
        _ configuration: Configuration,
        log: Log,
        metrics: Metrics = Metrics()
    ) async throws -> Kit {
        try FileManager.default.createDirectory(
            atPath: configuration.dataFolder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let database = try await Database.open(
            configuration.databaseURL,
            replica: configuration.databaseReadURL,
            metrics: metrics,
            log: log
        )
        _ = try await Migrator(database, migrations: Features.migrations).up()
        // It is not waited for: the server starts without it.
        let redis = configuration.redis.map { RedisClient($0, metrics: metrics, log: log) }
        return Kit(
            configuration: configuration,
            log: log,
            metrics: metrics,
            tracer: configuration.otlpURL == nil ? .off : Tracer(capacity: 4_096),
            database: database,
            objects: try await openObjectStore(configuration),
            redis: redis,
            signals: redis.map { RedisSignalBus($0) } ?? InProcessSignalBus(metrics: metrics),
            models: models(for: configuration, log: log),
            decoding: decodingPool(),
            catalogue: try Catalogue.load(folder: configuration.shareFolder + "/Catalogue")
        )
    }

    /// Puts down what is open, after everything that uses it has ended.
    package func close() async {
        redis?.close()
        await database.close()
    }

    /// The models that the configuration names, none of them loaded.
    package static func models(for configuration: Configuration, log: Log) -> ModelRegistry {
        ModelRegistry(
            sources: [ModelFolders(configuration).source(named: configuration.leafModel)],
            precision: PrecisionChoice(rawValue: configuration.precision.rawValue) ?? .auto,
            log: log
        )
    }
}

/// Where model packages lie: those the operator installed, then those that come with the program.
package struct ModelFolders: Sendable {
    package let folders: [String]

    package init(_ configuration: Configuration) {
        folders = [configuration.dataFolder + "/models", configuration.shareFolder + "/Models"]
    }

    /// The first folder that holds the package, or where it would be installed.
    package func source(named name: String) -> ModelRegistry.Source {
        let found = folders.first { FileManager.default.fileExists(atPath: "\($0)/\(name)/model.json") }
        return ModelRegistry.Source(name: name, folder: "\(found ?? folders[0])/\(name)")
    }

    /// The names of all packages, those of the operator hiding equal ones of the program.
    package func names() -> [String] {
        let found = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                .filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/model.json") }
        }
        return Set(found).sorted()
    }
}

extension Kit {
    /// The reader of leaves over these models.
    static func readLeaf(
        _ models: ModelRegistry,
        _ configuration: Configuration,
        decoding: WorkPool? = nil,
        cacheCapacity: Int
    ) -> ReadLeaf {
        ReadLeaf(
            models: models,
            modelName: configuration.leafModel,
            decoding: decoding ?? decodingPool(),
            cacheCapacity: cacheCapacity
        )
    }

    static func decodingPool() -> WorkPool { WorkPool(name: "decoding", width: availableCores(), depth: 256) }
}
