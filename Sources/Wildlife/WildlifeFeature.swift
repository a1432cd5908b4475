package import Accounts
package import Core
package import Database
package import HTTPServer
package import Inference
package import JobQueue
package import ObjectStore
package import Observations
import Outbound

/// Wildlife as the composition root sees it.
package struct WildlifeFeature: Sendable {
    package let routes: [Route]
    package let services: [any Service]
    /// What only the server runs and no worker beside it: two who watch one folder would each put what is no picture into
    /// quarantine.
    package let doors: [any Service]
    package let jobs: [JobHandler]
    package let schedules: [JobSchedule]
    package let ingestCard: IngestCard
    package let cameraAccounts: CameraAccounts
    /// What alerts ask.
    package let watch: any CameraWatch
    package let imports: Imports
    private let detect: DetectAnimals
    private let decoding: WorkPool

    package init(
        _ options: Options,
        accounts: Accounts,
        secret: MasterSecret,
        models: ModelRegistry,
        decoding: WorkPool,
        database: Database,
        objects: any ObjectStore,
        queue: JobQueue,
        facts: FactOutbox,
        signals: any SignalBus,
        log: Log,
        clock: WallClock = .system
    ) {
        let images = ImageStore(database: database)
        let findings = FindingStore(database: database)
        let reviews = ReviewStore(database: database)
        let cameras = CameraStore(database: database)
        let deployments = DeploymentStore(database: database)
        let updates = Updates(signals: signals)
        let detect = DetectAnimals(
            models: models,
            detector: options.detector,
            threshold: options.detectionThreshold,
            decoding: decoding,
            tiles: options.detectorTiles,
            classify: options.classifier.map { ClassifyAnimals(models: models, model: $0, decoding: decoding) }
        )
        let bursts = Bursts(images: images, pause: options.burstPause)
        let rules = SpeciesRuleStore(database: database)
        let masks = MaskStore(database: database)
        let name = NameFindings(
            findings: findings,
            rules: rules,
            masks: masks,
            bursts: bursts,
            threshold: options.speciesThreshold
        )
        let limits = ByteLimits(picture: options.uploadLimit, video: options.videoLimit)
        let spool = VideoSpool(folder: options.spoolFolder + "/spool")
        let check = CheckFile(decoding: decoding)
        let place = PlaceImage(cameras: cameras, deployments: deployments, zone: options.zone)
        let profiles = CameraProfiles(
            store: ProfileStore(database: database),
            folders: options.profileFolders.read(),
            log: log,
            clock: clock
        )
        for fault in profiles.faults { log.warning("camera profile is left out", ["reason": .string("\(fault)")]) }
        let propose = ProposeMoves(
            moves: CameraMoveStore(database: database),
            cameras: cameras,
            deployments: deployments,
            queue: queue,
            spot: SpotMove(tolerance: Double(options.moveTolerance)),
            clock: clock
        )
        let receiveImage = ReceiveImage(
            images: images,
            place: place,
            propose: propose,
            profiles: profiles,
            queue: queue,
            objects: objects,
            updates: updates,
            check: check,
            pool: decoding,
            clock: clock
        )
        let receive = ReceiveFile(
            image: receiveImage,
            report: ReceiveReport(place: place, profiles: profiles, pool: decoding, clock: clock)
        )
        let sources = RemoteSourceStore(database: database, secret: secret)
        let collect = CollectFiles(
            store: sources,
            receive: receive,
            spool: spool,
            queue: queue,
            byteLimit: options.uploadLimit,
            reach: .publicAnd(options.collectNetworks),
            log: log,
            clock: clock
        )
        let settle = SettleImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            updates: updates,
            facts: facts,
            reviewers: options.reviewers
        )
        let read = ReadImage(
            images: images,
            findings: findings,
            settle: settle,
            detect: detect,
            name: name,
            queue: queue,
            objects: objects,
            updates: updates,
            decoding: decoding,
            byteLimit: options.uploadLimit,
            video: ReadVideo(
                sample: SampleVideo(objects: objects, spool: spool, check: check, most: options.videoFrames),
                detect: detect.ofFrames,
                images: images,
                place: place,
                objects: objects,
                decoding: decoding
            ),
            frames: VideoFrameStore()
        )
        let reconsider = ReconsiderImages(
            images: images,
            findings: findings,
            name: name,
            settle: settle,
            queue: queue
        )
        let sensitive = SensitivePlaces(database: database)
        let look = LookAtImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            links: ImageLinks(objects: objects),
            bursts: bursts,
            sensitive: sensitive
        )
        let manage = ManageImages(
            images: images,
            propose: propose,
            queue: queue,
            objects: objects,
            audit: accounts.audit
        )
        let review = ReviewImage(
            images: images,
            reviews: reviews,
            settle: settle,
            audit: accounts.audit,
            clock: clock
        )
        let places = ManagePlaces(
            sites: SiteStore(database: database),
            cameras: cameras,
            deployments: deployments,
            propose: propose,
            audit: accounts.audit,
            clock: clock
        )
        let quarantine = Quarantine(
            store: QuarantineStore(database: database),
            objects: objects,
            receive: receive,
            spool: spool,
            limits: limits,
            audit: accounts.audit,
            clock: clock
        )
        self.detect = detect
        self.decoding = decoding
        watch = WatchCameras(
            images: images,
            cameras: cameras,
            sites: SiteStore(database: database),
            objects: objects,
            sensitive: sensitive
        )
        ingestCard = IngestCard(receive: receive, limits: limits)
        cameraAccounts = CameraAccounts(
            cameras: cameras,
            audit: accounts.audit,
            passwords: accounts.passwords,
            dropFolder: options.dropFolder
        )
        let imports = Imports(
            users: accounts.users,
            places: places,
            receive: receiveImage,
            reviews: reviews,
            settle: settle,
            give: GiveFindings(images: images, findings: findings, queue: queue),
            queue: queue,
            spool: spool,
            byteLimit: options.uploadLimit,
            threshold: options.detectionThreshold,
            spoolFolder: options.spoolFolder,
            log: log
        )
        self.imports = imports
        let exports = Self.exports(
            options,
            images: images,
            findings: findings,
            reviews: reviews,
            deployments: deployments,
            objects: objects,
            audit: accounts.audit,
            clock: clock
        )
        let statistics = StatisticsRoutes(
            statistics: StatisticsStore(database: database),
            deployments: deployments,
            clock: clock
        )
        routes = [
            ImageRoutes(receive: receive, look: look, manage: manage, spool: spool, limits: limits).all,
            ReviewRoutes(review: review, look: look).all, BulkReviewRoutes(review: review).all,
            SiteRoutes(places: places, sensitive: sensitive).all,
            ClockRoutes(shift: ShiftClock(shifts: ClockShiftStore(database: database), places: places)).all,
            CameraRoutes(
                places: places,
                look: look,
                accounts: cameraAccounts,
                zone: options.zone,
                sensitive: sensitive
            ).all,
            DeploymentRoutes(places: places, sensitive: sensitive).all,
            MoveRoutes(judge: JudgeMove(places: places)).all,
            SpeciesNameRoutes(settle: SettleNames(rules: rules, queue: queue, audit: accounts.audit)).all,
            MaskRoutes(masks: ManageMasks(masks: masks, places: places, queue: queue, pool: decoding)).all,
            ProfileRoutes(
                manage: ManageProfiles(profiles: profiles, audit: accounts.audit, clock: clock),
                tryProfile: TryProfile(profiles: profiles, pool: decoding)
            ).all,
            SourceRoutes(
                manage: ManageSources(store: sources, queue: queue, audit: accounts.audit, clock: clock)
            ).all,
            QuarantineRoutes(quarantine: quarantine, look: look).all,
            statistics.all, exports.all,
            [
                UpdatesRoute(signals: signals).route,
                PresentationRoute(burstPause: options.burstPause, map: options.map).route,
            ],
            imports.routes,
        ].flatMap(\.self)
        services = [
            ResumeImages(images: images, detect: detect, check: check, queue: queue, log: log), imports.forgetArrivals,
        ]
        doors =
            options.dropFolder.map { folder in
                let drop = WatchDropFolder.Options(
                    folder: folder,
                    quiet: options.dropQuiet,
                    patience: options.dropPatience,
                    limits: limits
                )
                return [WatchDropFolder(drop, receive: receive, quarantine: quarantine, log: log)]
            } ?? []
        jobs =
            [
                JobHandler(
                    ReadImage.kind,
                    giveUp: { id, cause, tx in try await read.giveUp(id, cause, in: tx) },
                    { id, job in try await read(id, job) }
                ),
                JobHandler(ReconsiderImages.kind) { scope, job in try await reconsider(scope, job) },
                JobHandler(
                    ProposeMoves.kind,
                    giveUp: { camera, _, tx in try await cameras.clearMoveDue(camera, in: tx) },
                    { camera, _ in try await propose.look(camera) }
                ),
                JobHandler(CollectFiles.due) { _, _ in try await collect.visitThoseDue() },
                JobHandler(CollectFiles.kind) { id, _ in try await collect(id) },
            ] + imports.jobs
        schedules = [JobSchedule(CollectFiles.due, at: "* * * * *") { CollectFiles.Tick() }]
    }

    /// The work that a picture is, without anything being kept: what a worker on this machine cannot exceed.
    ///
    /// - Returns: how many things were found.
    package func readInMemory(_ bytes: [UInt8]) async throws -> Int {
        let sheets = try await decoding.run { try Sheets(of: bytes) }
        return try await detect(sheets.picture, of: bytes).count
    }
}
