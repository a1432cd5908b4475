import Accounts
import Core
import Database
import FoundationEssentials
import HTTPServer
import Inference
import JobQueue
import ObjectStore
import Outbound
import Redis

/// The program put together: configuration to kit, kit to features, features to services.
struct Composition: Sendable {
    /// In the order in which they start; they stop in reverse.
    let services: [any Service]
    /// `nil` where jobs are left to other processes.
    let worker: JobWorker?

    init(_ kit: Kit, onReady: @escaping @Sendable (Serving) async -> Void) throws {
        let configuration = kit.configuration
        let place = try Self.place(configuration)
        let backups = BackupWatch(kit)
        let system = Self.system(kit, place.network, backups)
        let features = try FeatureSet(kit)
        let pages = try Pages.load(configuration)
        let routes = try describedRoutes(Self.described(kit, features, system)) + pages.routes
        let server = HTTPServer(
            configuration: Self.serverConfiguration(configuration, place.tls),
            router: try Router(
                routes.map { $0.traced(by: kit.tracer) },
                aliases: [.init(from: "/api", to: "/api/v1")],
                missingPage: pages.missing
            ),
            gatekeeper: kit.accounts.doorkeeper.admit,
            log: kit.log,
            metrics: kit.metrics,
            explain: { StartFault($0, port: "port") }
        ) { port in
            let scheme = place.tls == nil ? "http" : "https"
            kit.log.notice("listening", ["address": "\(scheme)://\(configuration.host):\(port)"])
            await onReady(await Serving(kit, address: "\(scheme)://\(configuration.host):\(port)"))
        }
        var services = try Self.background(kit, features, metricsRoute: system.metricsRoute)
        worker = configuration.workers ? try Self.worker(kit, features) : nil
        if let worker { services.append(worker) }
        if let backups { services.append(backups) }
        self.services = services + features.doors + [server]
    }

    /// The program as a worker: it carries out jobs and answers nobody, except for its metrics.
    init(workerOf kit: Kit) throws {
        let features = try FeatureSet(kit)
        let metricsRoute = Self.system(kit, NetworkPlace(kit.configuration, authorityPEM: nil)).metricsRoute
        let worker = try Self.worker(kit, features, recycleAfter: kit.configuration.recycleAfter)
        self.worker = worker
        services = try Self.background(kit, features, metricsRoute: metricsRoute) + [worker]
    }

    /// What runs whether or not requests are answered.
    private static func background(
        _ kit: Kit,
        _ features: FeatureSet,
        metricsRoute: Route
    ) throws -> [any Service] {
        var services = features.services
        services.append(ModelLoading(models: kit.models, metrics: kit.metrics))
        if let url = kit.configuration.otlpURL {
            services.append(OTLPExporter(url: url, tracer: kit.tracer, version: Version.current, log: kit.log))
        }
        if kit.configuration.metricsPort != 0 { services.append(try metricsServer(kit, metricsRoute)) }
        return services
    }

    private static func worker(
        _ kit: Kit,
        _ features: FeatureSet,
        recycleAfter: Int? = nil
    ) throws -> JobWorker {
        var options = JobWorker.Options()
        options.queues = kit.configuration.queues
        options.concurrency = kit.configuration.concurrency
        options.recycleAfter = recycleAfter
        options.host = ProcessInfo.processInfo.hostName
        options.process = Int(ProcessInfo.processInfo.processIdentifier)
        let upkeep = try Upkeep(kit)
        let handlers = features.jobs + upkeep.jobs
        let known = Set(handlers.map(\.policy.queue))
        if let stranger = options.queues?.subtracting(known).min() {
            throw ConfigurationFault(
                "queues names \(stranger), which is none of \(known.sorted().joined(separator: ", "))"
            )
        }
        return JobWorker(
            queue: kit.queue,
            handlers: handlers,
            schedules: upkeep.schedules + features.schedules,
            options: options,
            metrics: kit.metrics,
            log: kit.log,
            // A picture that comes before the model would have to wait for its second attempt.
            prepare: { try await kit.models.untilTried() }
        )
    }

    /// Everything that the API's description covers.
    static func apiRoutes(_ kit: Kit) throws -> [Route] {
        let network = NetworkPlace(kit.configuration, authorityPEM: nil)
        return try describedRoutes(described(kit, FeatureSet(kit), system(kit, network)))
    }

    private static func described(
        _ kit: Kit,
        _ features: FeatureSet,
        _ system: SystemRoutes
    ) throws -> [Route] {
        let queues = QueueRoutes(queue: kit.queue, handlers: features.jobs + (try Upkeep(kit).jobs))
        return features.routes + queues.all + system.all + objects(kit)
    }

    /// Links to files are answered here; those to a bucket lead there.
    private static func objects(_ kit: Kit) -> [Route] {
        (kit.objects as? FileObjectStore).map { ObjectRoutes(store: $0).all } ?? []
    }

    private static func system(_ kit: Kit, _ network: NetworkPlace, _ backups: BackupWatch? = nil) -> SystemRoutes {
        var checks: [any HealthCheck] = [
            DatabaseHealth(kit.database, migrations: Features.migrations), ObjectStoreHealth(kit.objects),
            JobQueueHealth(kit.queue), kit.models,
        ]
        if let redis = kit.redis { checks.append(RedisHealth(redis)) }
        if let backups { checks.append(backups) }
        return SystemRoutes(
            board: HealthBoard(checks),
            metrics: kit.metrics,
            network: network,
            servesMetrics: kit.configuration.metricsPort == 0
        )
    }

    private static func serverConfiguration(
        _ configuration: Configuration,
        _ tls: ServerConfiguration.TLS?
    ) -> ServerConfiguration {
        var server = ServerConfiguration(host: configuration.host, port: configuration.port)
        server.tls = tls
        server.demandsTLS = configuration.tls != .auto
        server.allowedOrigins = configuration.corsOrigins
        server.trustedProxies = configuration.trustedProxies
        return server
    }

    /// A server of its own for the metrics, which may then be reached from other machines.
    private static func metricsServer(_ kit: Kit, _ route: Route) throws -> HTTPServer {
        HTTPServer(
            name: "metrics",
            configuration: ServerConfiguration(host: kit.configuration.host, port: kit.configuration.metricsPort),
            router: try Router([route]),
            gatekeeper: { _, _ in Admission() },
            log: kit.log,
            metrics: Metrics(),
            explain: { StartFault($0, port: "metrics_port") }
        )
    }

    private static func place(
        _ configuration: Configuration
    ) throws -> (network: NetworkPlace, tls: ServerConfiguration.TLS?) {
        switch configuration.tls {
        case .off: return (NetworkPlace(configuration, authorityPEM: nil), nil)
        case .auto:
            let authority = try LocalAuthority(folder: configuration.dataFolder + "/tls", host: configuration.host)
            return (
                NetworkPlace(configuration, authorityPEM: authority.authorityPEM),
                .init(certificate: authority.certificatePEM, key: authority.keyPEM)
            )
        case .files:
            return (
                NetworkPlace(configuration, authorityPEM: nil),
                .init(
                    certificate: try text(of: configuration.tlsCertificate, setting: "tls_certificate"),
                    key: try text(of: configuration.tlsKey, setting: "tls_key")
                )
            )
        }
    }

    private static func text(of path: String?, setting: String) throws -> String {
        guard let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationFault("the file named by \(setting) cannot be read: it is to be a PEM file")
        }
        return text
    }
}
