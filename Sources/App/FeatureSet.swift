import Accounts
import Alerts
import Core
import Diagnosis
import FoundationEssentials
import HTTPServer
import JobQueue
import Outbound
import Wildlife

/// What all features together bring into the program.
struct FeatureSet: Sendable {
    let routes: [Route]
    let services: [any Service]
    /// What only the server runs.
    let doors: [any Service]
    let jobs: [JobHandler]
    let schedules: [JobSchedule]

    init(_ kit: Kit) throws {
        let mail = kit.configuration.mail.map { MailSender($0.server, from: $0.from) }
        let http = HTTPClient(
            agent: "Hedgerow/\(Version.current)",
            reach: kit.configuration.webhooks == .public ? .publicOnly : .anywhere
        )
        let accounts = Self.accounts(kit, mail)
        let diagnosis = try Self.diagnosis(kit, http)
        let wildlife = Self.wildlife(kit)
        let alerts = Self.alerts(kit, wildlife, AlertsFeature.Ways(mail: mail, http: http))
        routes = diagnosis.routes + wildlife.routes + alerts.routes + accounts.routes
        services = accounts.services + diagnosis.services + wildlife.services
        doors = wildlife.doors
        jobs = accounts.jobs + diagnosis.jobs + wildlife.jobs + alerts.jobs
        schedules = wildlife.schedules + alerts.schedules
    }

    private static func accounts(_ kit: Kit, _ mail: MailSender?) -> AccountsFeature {
        let privacy = Features.privacy(kit)
        guard let mail else { return AccountsFeature(privacy, send: nil) }
        return AccountsFeature(privacy) { letter in try await mail.send(letter) }
    }

    private static func alerts(
        _ kit: Kit,
        _ wildlife: WildlifeFeature,
        _ ways: AlertsFeature.Ways
    ) -> AlertsFeature {
        let folder = kit.configuration.dataFolder
        return AlertsFeature(
            AlertsFeature.Options(zone: kit.configuration.timeZone, publicURL: kit.configuration.publicURL),
            accounts: kit.accounts,
            database: kit.database,
            secret: kit.secret,
            queue: kit.queue,
            signals: kit.signals,
            watch: wildlife.watch,
            figures: {
                MachineFigures(host: ProcessInfo.processInfo.hostName, diskUsed: DiskSpace(of: folder)?.used)
            },
            ways: ways
        )
    }

    private static func diagnosis(_ kit: Kit, _ http: HTTPClient) throws -> DiagnosisFeature {
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
            queue: kit.queue,
            signals: kit.signals,
            consents: kit.accounts.consents,
            webhooks: WebhookCall(http),
            uploadLimit: kit.configuration.uploadLimit,
            rates: kit.accounts.rates,
            programVersion: Version.current,
            log: kit.log,
            metrics: kit.metrics
        )
    }

    static func profileFolders(_ configuration: Configuration) -> ProfileFolders {
        ProfileFolders(own: configuration.cameraProfiles, shipped: configuration.shareFolder + "/Catalogue/cameras")
    }

    static func wildlife(_ kit: Kit) -> WildlifeFeature {
        let configuration = kit.configuration
        var options = WildlifeFeature.Options(
            detector: configuration.detectorModel,
            detectionThreshold: configuration.detectionThreshold,
            zone: configuration.timeZone,
            uploadLimit: configuration.uploadLimit,
            spoolFolder: configuration.dataFolder,
            version: Version.current
        )
        options.detectorTiles = configuration.detectorTiles
        options.classifier = configuration.speciesModel
        options.speciesThreshold = configuration.speciesThreshold
        options.reviewers = configuration.reviewers
        options.dropFolder = configuration.dropFolder
        options.dropQuiet = configuration.dropQuiet
        options.dropPatience = configuration.dropPatience
        options.collectNetworks = configuration.collectNetworks
        options.profileFolders = profileFolders(configuration)
        options.burstPause = configuration.burstPause
        options.moveTolerance = configuration.moveTolerance
        options.map = configuration.mapTiles?.ground
        options.videoLimit = configuration.videoLimit
        options.videoFrames = configuration.videoFrames
        return WildlifeFeature(
            options,
            accounts: kit.accounts,
            secret: kit.secret,
            models: kit.models,
            decoding: kit.decoding,
            database: kit.database,
            objects: kit.objects,
            queue: kit.queue,
            facts: kit.facts,
            signals: kit.signals,
            log: kit.log
        )
    }
}
