import Accounts
import Core
import Database
import Diagnosis
import FoundationEssentials
import HTTPServer
import Inference
import ObjectStore
import Outbound
import Redis

/// The program put together: configuration to kit, kit to features, features to services.
struct Composition: Sendable {
    /// In the order in which they start; they stop in reverse.
    let services: [any Service]

    init(_ kit: Kit, onReady: @escaping @Sendable (String) async -> Void) throws {
        let configuration = kit.configuration
        let place = try Self.place(configuration)
        let system = Self.system(kit, place.network)
        let diagnosis = try Self.diagnosis(kit)
        let pages = try Pages.load(configuration)
        let routes = try describedRoutes(diagnosis.routes + system.all + Self.objects(kit)) + pages.routes
        let gate = KeyGate(key: configuration.apiKey, allowsAnonymousPrediction: configuration.anonymous == .diagnose)
        let server = HTTPServer(
            configuration: Self.serverConfiguration(configuration, place.tls),
            router: try Router(
                routes.map { $0.traced(by: kit.tracer) },
                aliases: [.init(from: "/api", to: "/api/v1")],
                missingPage: pages.missing
            ),
            gatekeeper: gate.admit,
            log: kit.log,
            metrics: kit.metrics
        ) { port in
            let scheme = place.tls == nil ? "http" : "https"
            kit.log.notice("listening", ["address": "\(scheme)://\(configuration.host):\(port)"])
            await onReady("\(scheme)://\(configuration.host):\(port)")
        }
        var services: [any Service] = diagnosis.services
        services.append(ModelLoading(models: kit.models, metrics: kit.metrics))
        if let url = configuration.otlpURL {
            services.append(OTLPExporter(url: url, tracer: kit.tracer, version: Version.current, log: kit.log))
        }
        if configuration.metricsPort != 0 {
            services.append(try Self.metricsServer(kit, system.metricsRoute))
        }
        self.services = services + [server]
    }

    /// Everything that the API's description covers.
    static func apiRoutes(_ kit: Kit) throws -> [Route] {
        let network = NetworkPlace(kit.configuration, authorityPEM: nil)
        return try describedRoutes(diagnosis(kit).routes + system(kit, network).all + objects(kit))
    }

    /// Links to files are answered here; those to a bucket lead there.
    private static func objects(_ kit: Kit) -> [Route] {
        (kit.objects as? FileObjectStore).map { ObjectRoutes(store: $0).all } ?? []
    }

    private static func system(_ kit: Kit, _ network: NetworkPlace) -> SystemRoutes {
        var checks: [any HealthCheck] = [DatabaseHealth(kit.database), ObjectStoreHealth(kit.objects), kit.models]
        if let redis = kit.redis { checks.append(RedisHealth(redis)) }
        return SystemRoutes(
            board: HealthBoard(checks),
            metrics: kit.metrics,
            network: network,
            servesMetrics: kit.configuration.metricsPort == 0
        )
    }

    private static func diagnosis(_ kit: Kit) throws -> DiagnosisFeature {
        try DiagnosisFeature(
            read: Kit.readLeaf(
                kit.models,
                kit.configuration,
                decoding: kit.decoding,
                cacheCapacity: kit.configuration.resultCache
            ),
            models: kit.models,
            catalogue: kit.catalogue,
            database: kit.database,
            objects: kit.objects,
            uploadLimit: kit.configuration.uploadLimit,
            programVersion: Version.current,
            log: kit.log,
            metrics: kit.metrics
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
            metrics: Metrics()
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
            throw ConfigurationFault("the file named by \(setting) cannot be read")
        }
        return text
    }
}
