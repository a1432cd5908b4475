package import Accounts
package import Core
package import Database
package import Diagnosis
import FoundationEssentials
package import Inference
package import JobQueue
package import ObjectStore
import Outbound
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
    /// Between all that share a Redis, else a PostgreSQL database, else within this process.
    package let signals: any SignalBus
    package let queue: JobQueue
    package let facts: FactOutbox
    package let accounts: Accounts
    /// From which everything that is sealed has its key.
    let secret: MasterSecret
    package let models: ModelRegistry
    package let decoding: WorkPool
    package let catalogue: Catalogue

    /// Opens what the configuration names and brings the database's tables up to date; models are loaded later.
    package static func open(
        _ configuration: Configuration,
        log: Log,
        metrics: Metrics = Metrics()
    ) async throws -> Kit {
        try StartFault.makeDataFolder(configuration.dataFolder)
        let database = try await openDatabase(configuration, metrics: metrics, log: log)
        // It is not waited for: the server starts without it.
        let redis = configuration.redis.map { RedisClient($0, metrics: metrics, log: log) }
        let signals = signalBus(redis, database, metrics)
        let queue = JobQueue(
            database: database,
            signals: signals,
            courier: redis.map { RedisJobCourier($0) },
            metrics: metrics
        )
        let secret = try configuration.masterSecret()
        let counter = redis.map { RateCounter($0) }
        let facts = FactOutbox(queue, subscriptions: Features.subscriptions)
        return Kit(
            configuration: configuration,
            log: log,
            metrics: metrics,
            tracer: configuration.otlpURL == nil ? .off : Tracer(capacity: 4_096),
            database: database,
            objects: try await openObjectStore(configuration),
            redis: redis,
            signals: signals,
            queue: queue,
            facts: facts,
            accounts: Accounts(
                accountOptions(configuration),
                database: database,
                secret: secret,
                queue: queue,
                facts: facts,
                signals: signals,
                counter: counter,
                log: log
            ),
            secret: secret,
            models: models(for: configuration, log: log),
            decoding: decodingPool(),
            catalogue: try Catalogue.load(folder: configuration.shareFolder + "/Catalogue")
        )
    }

    private static func accountOptions(_ configuration: Configuration) -> Accounts.Options {
        var options = Accounts.Options()
        options.settingsKey = configuration.apiKey
        options.allowsAnonymousPrediction = configuration.anonymous == .diagnose
        options.limits = configuration.limits
        options.registration = configuration.registration
        options.features = configuration.features
        options.tokenLife = configuration.tokenLife
        options.publicURL = configuration.publicURL
        options.allowedOrigins = configuration.corsOrigins
        options.sealsPersonalFields = configuration.secretKey != nil
        options.canSendMail = configuration.mail != nil && configuration.publicURL != nil
        options.leavingGrace = configuration.leavingGrace
        options.inactiveAfter = configuration.inactiveAfter
        if !configuration.oidcProviders.isEmpty {
            let http = HTTPClient(agent: "Hedgerow/\(Version.current)", depth: 64)
            options.oidc = OIDCSetup(configuration.oidcProviders, http: http)
        }
        options.drawQRCode = { try QRCode($0).svg }
        return options
    }

    private static func signalBus(_ redis: RedisClient?, _ database: Database, _ metrics: Metrics) -> any SignalBus {
        if let redis { return RedisSignalBus(redis) }
        return PostgresSignalBus(database) ?? InProcessSignalBus(metrics: metrics)
    }

    /// Puts down what is open, after everything that uses it has ended.
    package func close() async {
        redis?.close()
        await database.close()
    }

    /// The models that the configuration names, none of them loaded.
    package static func models(for configuration: Configuration, log: Log) -> ModelRegistry {
        let folders = ModelFolders(configuration)
        return ModelRegistry(
            sources: [
                folders.source(named: configuration.leafModel),
                folders.source(named: configuration.detectorModel, isOptional: true),
            ] + (configuration.speciesModel.map { [folders.source(named: $0)] } ?? []),
            precision: PrecisionChoice(rawValue: configuration.precision.rawValue) ?? .auto,
            log: log
        )
    }

    private static func openDatabase(
        _ configuration: Configuration,
        metrics: Metrics,
        log: Log
    ) async throws -> Database {
        let url = configuration.databaseURL
        do {
            let database = try await Database.open(
                url,
                replica: configuration.databaseReadURL,
                metrics: metrics,
                log: log
            )
            do {
                _ = try await Migrator(database, migrations: Features.migrations).up()
                return database
            } catch {
                await database.close()
                throw error
            }
        } catch let fault as DatabaseFault {
            throw StartFault(fault, opening: url)
        }
    }
}

/// Where model packages lie: those the operator installed, then those that come with the program.
package struct ModelFolders: Sendable {
    package let folders: [String]

    package init(_ configuration: Configuration) {
        folders = [configuration.dataFolder + "/models", configuration.shareFolder + "/Models"]
    }

    /// The first folder that holds the package, or where it would be installed.
    package func source(named name: String, isOptional: Bool = false) -> ModelRegistry.Source {
        // What the program only describes is used from where it would be installed.
        let found = folders.first { holds(name, in: $0) && ($0 == folders[0] || isWhole(name, in: $0)) }
        return ModelRegistry.Source(
            name: name,
            folder: "\(found ?? folders[0])/\(name)",
            reinstall: reinstall(name),
            isOptional: isOptional
        )
    }

    /// The package of this name that comes with the program; `nil` when none does.
    package func shipped(_ name: String) -> String? {
        folders.last.flatMap { holds(name, in: $0) ? "\($0)/\(name)" : nil }
    }

    /// The command that mends the package: the shipped one can only stand in for a copy, not for itself.
    private func reinstall(_ name: String) -> String {
        let isCopy = holds(name, in: folders[0])
        let comes = shipped(name) != nil && (isCopy || isOnlyDescribed(name))
        return "hedgerow models install \(name)" + (comes ? "" : " --from FOLDER")
    }

    private func holds(_ name: String, in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(name)/model.json")
    }

    /// Where the description of a package lies.
    package func place(of name: String) -> String { "\(folders.first { holds(name, in: $0) } ?? folders[0])/\(name)" }

    /// Whether its files have still to be fetched.
    package func isOnlyDescribed(_ name: String) -> Bool {
        !holds(name, in: folders[0]) && folders.last.map { !isWhole(name, in: $0) } ?? false
    }

    private func isWhole(_ name: String, in folder: String) -> Bool {
        guard let package = try? AnyModelPackage.read(folder: "\(folder)/\(name)") else { return true }
        return package.files.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\(name)/\($0.path)") }
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
            cacheCapacity: cacheCapacity,
            cacheBytes: configuration.resultCacheBytes
        )
    }

    /// Well below the deadline of a request, so that a crowd of costly pictures is refused while its senders still listen.
    private static let decodingPatience = Duration.seconds(8)

    static func decodingPool() -> WorkPool {
        WorkPool(name: "decoding", width: availableCores(), depth: 256, patience: decodingPatience)
    }
}
