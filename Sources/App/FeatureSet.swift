import Accounts
import Core
import Diagnosis
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

    init(_ kit: Kit) throws {
        let accounts = Self.accounts(kit)
        let diagnosis = try Self.diagnosis(kit)
        let wildlife = Self.wildlife(kit)
        routes = diagnosis.routes + wildlife.routes + accounts.routes
        services = accounts.services + diagnosis.services + wildlife.services
        doors = wildlife.doors
        jobs = accounts.jobs + diagnosis.jobs + wildlife.jobs
    }

    private static func accounts(_ kit: Kit) -> AccountsFeature {
        let privacy = Features.privacy(kit)
        guard let mail = kit.configuration.mail else { return AccountsFeature(privacy, send: nil) }
        let sender = MailSender(mail.server, from: mail.from)
        return AccountsFeature(privacy) { letter in try await sender.send(letter) }
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
            queue: kit.queue,
            signals: kit.signals,
            consents: kit.accounts.consents,
            webhooks: WebhookCall(
                HTTPClient(
                    agent: "Hedgerow/\(Version.current)",
                    reach: kit.configuration.webhooks == .public ? .publicOnly : .anywhere
                )
            ),
            uploadLimit: kit.configuration.uploadLimit,
            rates: kit.accounts.rates,
            programVersion: Version.current,
            log: kit.log,
            metrics: kit.metrics
        )
    }

    static func wildlife(_ kit: Kit) -> WildlifeFeature {
        let configuration = kit.configuration
        var options = WildlifeFeature.Options(
            detector: configuration.detectorModel,
            detectionThreshold: configuration.detectionThreshold,
            zone: configuration.timeZone,
            uploadLimit: configuration.uploadLimit,
            spoolFolder: configuration.dataFolder + "/spool",
            version: Version.current
        )
        options.classifier = configuration.speciesModel
        options.speciesThreshold = configuration.speciesThreshold
        options.dropFolder = configuration.dropFolder
        options.dropQuiet = configuration.dropQuiet
        options.dropPatience = configuration.dropPatience
        options.burstPause = configuration.burstPause
        options.videoLimit = configuration.videoLimit
        options.videoFrames = configuration.videoFrames
        return WildlifeFeature(
            options,
            accounts: kit.accounts,
            models: kit.models,
            decoding: kit.decoding,
            database: kit.database,
            objects: kit.objects,
            queue: kit.queue,
            signals: kit.signals,
            log: kit.log
        )
    }
}
