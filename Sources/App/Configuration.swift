import FoundationEssentials
package import Accounts
package import Core
package import ObjectStore
package import Outbound
package import Redis

/// The settings after they were read and found to fit together.
package struct Configuration: Sendable {
    package let host: String
    package let port: Int
    package private(set) var dataFolder: String
    package let shareFolder: String
    package private(set) var databaseURL: String
    package private(set) var databaseReadURL: String?
    package private(set) var objects: StoreAddress
    /// For a bucket whose address names none itself.
    package let s3Credentials: S3Credentials?
    /// `nil` when no backups are made by themselves.
    package private(set) var backupTo: StoreAddress?
    /// Backups are encrypted with it; `nil` when they are not.
    package let backupKey: String?
    package let backupKeepDays: Int
    /// When the daily backup begins, in UTC.
    package let backupAt: (hour: Int, minute: Int)
    /// `nil` when the server works without one.
    package private(set) var redis: RedisAddress?
    /// Who takes our mail and whom it comes from; `nil` when no mail is sent.
    package private(set) var mail: (server: MailServer, from: MailAddress)?
    package let apiKey: String?
    /// `nil` for the one that lies in the data folder.
    package let secretKey: String?
    package let registration: Accounts.Registration
    /// Whose word is taken for who somebody is.
    package let oidcProviders: [OIDCProvider]
    package let features: FeatureFlags
    package let tokenLife: Duration
    package let leavingGrace: Duration
    /// `nil` for never.
    package let inactiveAfter: Duration?
    package let anonymous: AnonymousAccess
    /// `nil` for none.
    package let limits: RateLimits?
    package let leafModel: String
    package let detectorModel: String
    package let speciesModel: String?
    package let speciesThreshold: Double
    package let reviewers: Int
    package let detectionThreshold: Double
    package let detectorTiles: Int
    package let timeZone: LocalZone
    /// Where cameras put their files down; `nil` for nowhere.
    package let dropFolder: String?
    package let cameraProfiles: String?
    /// Where servers may lie that files are collected from, besides the public internet.
    package let collectNetworks: AddressList
    package let dropQuiet: Duration
    package let dropPatience: Duration
    package let burstPause: Duration
    /// In metres.
    package let moveTolerance: Int
    /// `nil` for a plain grid.
    package let mapTiles: MapTiles?
    /// In bytes.
    package let videoLimit: Int
    package let videoFrames: Int
    package let precision: PrecisionSetting
    package let resultCache: Int
    package let resultCacheBytes: Int
    package let uploadLimit: Int
    package private(set) var workers: Bool
    /// `nil` for all.
    package let queues: Set<String>?
    package let concurrency: Int
    package let recycleAfter: Int?
    package let webhooks: WebhookReach
    package let tls: TLSMode
    package let tlsCertificate: String?
    package let tlsKey: String?
    package let publicURL: String?
    package let corsOrigins: [String]
    package let trustedProxies: [String]
    package let metricsPort: Int
    package let otlpURL: String?
    package let logLevel: Log.Level
    package let logFile: String?
    package let uiFolder: String?
    /// What was said but means nothing: most often a spelling mistake.
    package let warnings: [String]

    /// - Throws: `SettingFault`, or `ConfigurationFault` when two settings do not go together.
    package init(_ settings: Settings, environment: [String: String]) throws {
        (host, port) = try Self.endpoint(settings)
        let home = environment["HOME"] ?? "/var/lib"
        let dataHome = environment["XDG_DATA_HOME"] ?? home + "/.local/share"
        dataFolder = try settings.value(AppSettings.dataDir) ?? dataHome + "/hedgerow"
        shareFolder = try settings.value(AppSettings.share) ?? ShareFolder.locate()
        databaseURL = try settings.value(AppSettings.databaseURL) ?? "sqlite:\(dataFolder)/hedgerow.db"
        databaseReadURL = try settings.value(AppSettings.databaseReadURL)
        objects = try Self.objects(settings, dataFolder: dataFolder, environment: environment)
        s3Credentials = try Self.s3Credentials(settings, environment: environment)
        backupTo = try settings.value(AppSettings.backupTo).map {
            try Self.backupPlace($0, named: "backup_to", environment: environment)
        }
        if let backupTo {
            let place = BackupPlace(address: backupTo, name: "backup_to")
            try place.checkIsAbsolute()
            try place.checkForWriting(objects, dataFolder: dataFolder, databaseURL: databaseURL)
        }
        backupKey = try settings.value(AppSettings.backupKey)
        backupKeepDays = try settings.value(AppSettings.backupKeepDays)
        backupAt = try Self.timeOfDay(settings.value(AppSettings.backupAt), named: "backup_at")
        redis = try settings.value(AppSettings.redisURL).map(Self.redisAddress)
        mail = try Self.mail(settings)
        apiKey = try settings.value(AppSettings.apiKey)
        secretKey = try settings.value(AppSettings.secretKey)
        registration = try settings.value(AppSettings.registration)
        oidcProviders = try Self.oidcProviders(settings)
        do {
            features = try FeatureFlags(reading: try settings.value(AppSettings.features))
        } catch let fault as FeatureFlagFault {
            throw ConfigurationFault("features: \(fault)")
        }
        tokenLife = .seconds(try settings.value(AppSettings.tokenLife) * 60)
        leavingGrace = .seconds(try settings.value(AppSettings.leavingDays) * 86_400)
        inactiveAfter = try Self.inactiveAfter(settings.value(AppSettings.inactiveDays))
        anonymous = try settings.value(AppSettings.anonymous)
        do {
            limits = try RateLimits.read(try settings.value(AppSettings.limits))
        } catch let fault as RateLimitFault {
            throw ConfigurationFault("limits: \(fault)")
        }
        leafModel = try settings.value(AppSettings.leafModel)
        speciesModel = try settings.value(AppSettings.speciesModel)
        speciesThreshold = try settings.value(AppSettings.speciesThreshold)
        reviewers = try settings.value(AppSettings.reviewers)
        detectorModel = try settings.value(AppSettings.detectorModel)
        detectionThreshold = try settings.value(AppSettings.detectionThreshold)
        detectorTiles = try settings.value(AppSettings.detectorTiles)
        timeZone = try Self.timeZone(settings.value(AppSettings.timeZone))
        dropFolder = try settings.value(AppSettings.dropFolder)
        cameraProfiles = try settings.value(AppSettings.cameraProfiles)
        collectNetworks = try Self.networks(settings.value(AppSettings.collectNetworks), named: "collect_networks")
        dropQuiet = .seconds(try settings.value(AppSettings.dropQuiet))
        dropPatience = .seconds(try settings.value(AppSettings.dropPatience))
        burstPause = .seconds(try settings.value(AppSettings.burstPause))
        moveTolerance = try settings.value(AppSettings.moveTolerance)
        mapTiles = try MapTiles(
            settings.value(AppSettings.mapTiles),
            attribution: settings.value(AppSettings.mapAttribution),
            maxZoom: settings.value(AppSettings.mapZoom)
        )
        videoLimit = try settings.value(AppSettings.videoLimit) << 20
        videoFrames = try settings.value(AppSettings.videoFrames)
        precision = try settings.value(AppSettings.precision)
        resultCache = try settings.value(AppSettings.resultCache)
        resultCacheBytes = try settings.value(AppSettings.resultCacheMemory) << 20
        uploadLimit = try settings.value(AppSettings.uploadLimit) << 20
        workers = try settings.value(AppSettings.workers)
        let queues = try settings.value(AppSettings.queues)
        self.queues = queues.isEmpty ? nil : Set(queues)
        concurrency = try settings.value(AppSettings.concurrency)
        let recycleAfter = try settings.value(AppSettings.recycleAfter)
        self.recycleAfter = recycleAfter == 0 ? nil : recycleAfter
        webhooks = try settings.value(AppSettings.webhooks)
        tls = try settings.value(AppSettings.tls)
        tlsCertificate = try settings.value(AppSettings.tlsCertificate)
        tlsKey = try settings.value(AppSettings.tlsKey)
        publicURL = try settings.value(AppSettings.publicURL)
        corsOrigins = try settings.value(AppSettings.corsOrigins)
        trustedProxies = try settings.value(AppSettings.trustedProxies)
        metricsPort = try settings.value(AppSettings.metricsPort)
        otlpURL = try settings.value(AppSettings.otlpURL)
        logLevel = try settings.value(AppSettings.logLevel).level
        logFile = try settings.value(AppSettings.logFile)
        uiFolder = try settings.value(AppSettings.ui)
        var warnings = settings.unknown(among: AppSettings.all)
            .map { "\($0.source) sets \($0.name), which is no setting" }
        if mail != nil, publicURL == nil {
            warnings.append(
                "smtp_url without public_url: letters to people have links, which need the address of this server"
            )
        }
        self.warnings = warnings
        try checkTogether()
        if tls == .files, tlsCertificate == nil || tlsKey == nil {
            throw ConfigurationFault("tls=files needs tls_certificate and tls_key")
        }
        if let apiKey, apiKey.utf8.count < 16 {
            throw ConfigurationFault("api_key needs at least 16 characters; try: openssl rand -hex 24")
        }
        if let secretKey, secretKey.utf8.count < MasterSecret.shortestText {
            throw ConfigurationFault(
                "secret_key needs at least \(MasterSecret.shortestText) characters; try: openssl rand -hex 32"
            )
        }
        if let backupKey, backupKey.utf8.count < 16 {
            throw ConfigurationFault("backup_key needs at least 16 characters; try: openssl rand -hex 24")
        }
    }

    /// The same server with jobs left to others.
    package var withoutWorkers: Configuration {
        var copy = self
        copy.workers = false
        return copy
    }

    func checkForWriting(_ place: BackupPlace) throws {
        try place.checkForWriting(objects, dataFolder: dataFolder, databaseURL: databaseURL)
    }

    /// The same program over an empty store that leaves nothing behind but the folder: for describing it.
    func sketched(in folder: String) -> Configuration {
        var copy = self
        copy.dataFolder = folder
        copy.databaseURL = "sqlite::memory:"
        copy.databaseReadURL = nil
        copy.redis = nil
        copy.mail = nil
        copy.backupTo = nil
        copy.objects = .files(folder: folder + "/objects")
        return copy
    }

    private static func objects(
        _ settings: Settings,
        dataFolder: String,
        environment: [String: String]
    ) throws -> StoreAddress {
        guard let text = try settings.value(AppSettings.objectsURL) else {
            return .files(folder: dataFolder + "/objects")
        }
        do {
            return try StoreAddress(text, environment: environment)
        } catch {
            throw ConfigurationFault("objects_url \(error)")
        }
    }

    /// A folder may be named without `file:`.
    static func backupPlace(_ text: String, named name: String, environment: [String: String]) throws -> StoreAddress {
        do {
            let isAddress = text.hasPrefix("file:") || text.hasPrefix("s3://")
            return try StoreAddress(isAddress ? text : "file:" + text, environment: environment)
        } catch {
            throw ConfigurationFault("\(name) \(error)")
        }
    }

    /// Nobody is told in the first month.
    private static func inactiveAfter(_ days: Int) throws -> Duration? {
        guard days == 0 || days >= 60 else {
            throw ConfigurationFault("inactive_days takes 0 for never, or 60 at least")
        }
        return days == 0 ? nil : .seconds(days * 86_400)
    }
}

/// Settings that do not go together, in words for the operator.
package struct ConfigurationFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
