package import Accounts
package import Core
package import Database
package import HTTPServer
package import Inference
package import JobQueue
package import ObjectStore

/// Wildlife as the composition root sees it.
package struct WildlifeFeature: Sendable {
    package struct Options: Sendable {
        /// The model package that finds animals.
        package var detector: String
        /// Detections below this are not believed.
        package var detectionThreshold: Double
        /// The model package that names animals; `nil` for the detector's own classes.
        package var classifier: String?
        /// A name that is less probable gives way to the taxon above it.
        package var speciesThreshold = 0.65
        /// How clocks of cameras run of which nothing else is known.
        package var zone: LocalZone
        package var uploadLimit: Int
        /// Of a video, in bytes.
        package var videoLimit = 512 << 20
        /// So many frames of a video are looked at.
        package var videoFrames = 20
        /// Where videos lie while they come in.
        package var spoolFolder: String
        /// The longest pause between two pictures of a burst.
        package var burstPause = Duration.seconds(60)
        /// Of this program.
        package var version: String
        /// Where cameras put their files down; `nil` for nowhere.
        package var dropFolder: String?
        /// For how long a file of the drop folder that is complete has not changed.
        package var dropQuiet = Duration.seconds(10)
        /// For how long one that is no whole picture may still be continued by its sender.
        package var dropPatience = Duration.seconds(600)

        package init(
            detector: String,
            detectionThreshold: Double,
            zone: LocalZone,
            uploadLimit: Int,
            spoolFolder: String,
            version: String
        ) {
            self.detector = detector
            self.detectionThreshold = detectionThreshold
            self.zone = zone
            self.uploadLimit = uploadLimit
            self.spoolFolder = spoolFolder
            self.version = version
        }
    }

    package let routes: [Route]
    package let services: [any Service]
    /// What only the server runs and no worker beside it: two who watch one folder would each put what is no picture into
    /// quarantine.
    package let doors: [any Service]
    package let jobs: [JobHandler]
    package let ingestCard: IngestCard
    package let cameraAccounts: CameraAccounts
    private let detect: DetectAnimals
    private let decoding: WorkPool

    package static let migrations = WildlifeMigrations.all

    /// The pictures as they came, and the small ones made of them.
    package static func objects(of database: Database) -> [ObjectClaim] {
        [
            (ReceiveImage.folder, "object_key", "image"), (ReadImage.thumbnails, "thumbnail_key", "image"),
            (ReadImage.previews, "preview_key", "image"),
            (ReadImage.thumbnails, "veiled_thumbnail_key", "image"),
            (ReadImage.previews, "veiled_preview_key", "image"), (ReadVideo.frames, "object_key", "video_frame"),
            (ReadVideo.frames, "veiled_key", "video_frame"), (Quarantine.folder, "object_key", "quarantine"),
        ].map { folder, column, table in
            ObjectClaim(prefix: folder) {
                try await database.texts(of: column, in: table, after: $0, limit: $1)
            }
        }
    }

    package static func personalData(_ database: Database) -> any PersonalData { WildlifeData(database: database) }

    package init(
        _ options: Options,
        accounts: Accounts,
        models: ModelRegistry,
        decoding: WorkPool,
        database: Database,
        objects: any ObjectStore,
        queue: JobQueue,
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
        let spool = VideoSpool(folder: options.spoolFolder)
        let check = CheckFile(decoding: decoding)
        let place = PlaceImage(cameras: cameras, deployments: deployments, zone: options.zone)
        let receive = ReceiveImage(
            images: images,
            place: place,
            queue: queue,
            objects: objects,
            updates: updates,
            check: check,
            clock: clock
        )
        let settle = SettleImage(images: images, findings: findings, reviews: reviews, updates: updates)
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
                detect: detect,
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
        let look = LookAtImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            links: ImageLinks(objects: objects),
            bursts: bursts
        )
        let manage = ManageImages(images: images, queue: queue, objects: objects, audit: accounts.audit)
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
        ingestCard = IngestCard(receive: receive, limits: limits)
        cameraAccounts = CameraAccounts(
            cameras: cameras,
            audit: accounts.audit,
            passwords: accounts.passwords,
            dropFolder: options.dropFolder
        )
        let walk = WalkPictures(images: images, findings: findings, reviews: reviews)
        let exports = ExportRoutes(
            camtrap: ExportCamtrapDP(
                walk: walk,
                objects: objects,
                title: "Camera traps",
                program: options.version,
                clock: clock
            ),
            observations: ExportObservations(walk: walk),
            megaDetector: ExportMegaDetector(walk: walk, detector: options.detector, clock: clock),
            coco: ExportCOCO(walk: walk, clock: clock),
            audit: accounts.audit
        )
        let statistics = StatisticsRoutes(
            statistics: StatisticsStore(database: database),
            deployments: deployments,
            clock: clock
        )
        routes =
            ImageRoutes(receive: receive, look: look, manage: manage, spool: spool, limits: limits).all
            + ReviewRoutes(review: review, look: look).all + BulkReviewRoutes(review: review).all
            + SiteRoutes(places: places).all
            + ClockRoutes(shift: ShiftClock(shifts: ClockShiftStore(database: database), places: places)).all
            + CameraRoutes(places: places, look: look, accounts: cameraAccounts, zone: options.zone).all
            + DeploymentRoutes(places: places).all
            + SpeciesNameRoutes(settle: SettleNames(rules: rules, queue: queue, audit: accounts.audit)).all
            + MaskRoutes(masks: ManageMasks(masks: masks, places: places, queue: queue)).all
            + QuarantineRoutes(quarantine: quarantine, look: look).all
            + statistics.all + exports.all + [UpdatesRoute(signals: signals).route]
        services = [ResumeImages(images: images, detect: detect, check: check, queue: queue, log: log)]
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
        jobs = [
            JobHandler(
                ReadImage.kind,
                giveUp: { id, cause, tx in try await read.giveUp(id, cause, in: tx) },
                { id, job in try await read(id, job) }
            ),
            JobHandler(ReconsiderImages.kind) { scope, job in try await reconsider(scope, job) },
        ]
    }

    /// The work that a picture is, without anything being kept: what a worker on this machine cannot exceed.
    ///
    /// - Returns: how many things were found.
    package func readInMemory(_ bytes: [UInt8]) async throws -> Int {
        let sheets = try await decoding.run { try Sheets(of: bytes) }
        return try await detect(sheets.picture, of: bytes).count
    }
}
