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
        /// How clocks of cameras run of which nothing else is known.
        package var zone: LocalZone
        package var uploadLimit: Int
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
        /// Where archives from a store elsewhere and workbooks lie while they are read.
        package var spoolFolder = "/var/tmp"

        package init(detector: String, detectionThreshold: Double, zone: LocalZone, uploadLimit: Int, version: String) {
            self.detector = detector
            self.detectionThreshold = detectionThreshold
            self.zone = zone
            self.uploadLimit = uploadLimit
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
    package let imports: Imports
    private let detect: DetectAnimals
    private let decoding: WorkPool

    package static let migrations = WildlifeMigrations.all

    /// The pictures as they came, and the small ones made of them.
    package static func objects(of database: Database) -> [ObjectClaim] {
        [
            (ReceiveImage.folder, "object_key", "image"), (ReadImage.thumbnails, "thumbnail_key", "image"),
            (ReadImage.previews, "preview_key", "image"),
            (ReadImage.thumbnails, "veiled_thumbnail_key", "image"),
            (ReadImage.previews, "veiled_preview_key", "image"), (Quarantine.folder, "object_key", "quarantine"),
            (AcceptImport.folder, "object_key", "import_run"),
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
            threshold: options.detectionThreshold
        )
        let receive = ReceiveImage(
            images: images,
            place: PlaceImage(cameras: cameras, deployments: deployments, zone: options.zone),
            queue: queue,
            objects: objects,
            updates: updates,
            decoding: decoding,
            clock: clock
        )
        let settle = SettleImage(images: images, findings: findings, reviews: reviews, updates: updates)
        let read = ReadImage(
            images: images,
            findings: findings,
            settle: settle,
            detect: detect,
            objects: objects,
            updates: updates,
            decoding: decoding,
            byteLimit: options.uploadLimit
        )
        let look = LookAtImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            links: ImageLinks(objects: objects),
            bursts: Bursts(images: images, pause: options.burstPause)
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
            audit: accounts.audit,
            clock: clock
        )
        self.detect = detect
        self.decoding = decoding
        ingestCard = IngestCard(receive: receive, byteLimit: options.uploadLimit)
        cameraAccounts = CameraAccounts(
            cameras: cameras,
            audit: accounts.audit,
            passwords: accounts.passwords,
            dropFolder: options.dropFolder
        )
        let imports = Imports(
            places: places,
            receive: receive,
            reviews: reviews,
            settle: settle,
            give: GiveFindings(images: images, findings: findings, queue: queue),
            queue: queue,
            byteLimit: options.uploadLimit,
            threshold: options.detectionThreshold,
            spoolFolder: options.spoolFolder
        )
        self.imports = imports
        let walk = WalkPictures(
            images: images,
            findings: findings,
            reviews: reviews,
            origins: OriginStore()
        )
        let exports = ExportRoutes(
            camtrap: ExportCamtrapDP(
                walk: walk,
                objects: objects,
                title: "Camera traps",
                program: options.version,
                clock: clock
            ),
            observations: ExportObservations(walk: walk, spoolFolder: options.spoolFolder),
            megaDetector: ExportMegaDetector(walk: walk, detector: options.detector, clock: clock),
            coco: ExportCOCO(walk: walk, clock: clock),
            history: ExportDetectionHistory(images: images, deployments: deployments, clock: clock),
            geoJSON: ExportGeoJSON(walk: walk, clock: clock),
            darwinCore: ExportDarwinCore(walk: walk, title: "Camera traps", clock: clock),
            audit: accounts.audit
        )
        let statistics = StatisticsRoutes(
            statistics: StatisticsStore(database: database),
            deployments: deployments,
            clock: clock
        )
        routes = [
            ImageRoutes(receive: receive, look: look, manage: manage, uploadLimit: options.uploadLimit).all,
            ReviewRoutes(review: review, look: look).all, BulkReviewRoutes(review: review).all,
            SiteRoutes(places: places).all,
            ClockRoutes(shift: ShiftClock(shifts: ClockShiftStore(database: database), places: places)).all,
            CameraRoutes(places: places, look: look, accounts: cameraAccounts, zone: options.zone).all,
            DeploymentRoutes(places: places).all,
            QuarantineRoutes(quarantine: quarantine, look: look, uploadLimit: options.uploadLimit).all,
            statistics.all, exports.all, imports.routes, [UpdatesRoute(signals: signals).route],
        ].flatMap(\.self)
        services = [ResumeImages(images: images, detect: detect, queue: queue, log: log)]
        doors =
            options.dropFolder.map { folder in
                let drop = WatchDropFolder.Options(
                    folder: folder,
                    quiet: options.dropQuiet,
                    patience: options.dropPatience,
                    byteLimit: options.uploadLimit
                )
                return [WatchDropFolder(drop, receive: receive, quarantine: quarantine, log: log)]
            } ?? []
        jobs = [
            JobHandler(
                ReadImage.kind,
                giveUp: { id, cause, tx in try await read.giveUp(id, cause, in: tx) },
                { id, job in try await read(id, job) }
            ), imports.job,
        ]
    }

    /// The work that a picture is, without anything being kept: what a worker on this machine cannot exceed.
    ///
    /// - Returns: how many things were found.
    package func readInMemory(_ bytes: [UInt8]) async throws -> Int {
        let sheets = try await decoding.run { try Sheets(of: bytes) }
        return try await detect(sheets.picture).count
    }
}
