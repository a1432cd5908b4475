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
        /// Of this program.
        package var version: String

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
    package let jobs: [JobHandler]

    package static let migrations = WildlifeMigrations.all

    /// The pictures as they came, and the small ones made of them.
    package static func objects(of database: Database) -> [ObjectClaim] {
        [
            (ReceiveImage.folder, "object_key"), (ReadImage.thumbnails, "thumbnail_key"),
            (ReadImage.previews, "preview_key"),
        ].map { folder, column in
            ObjectClaim(prefix: folder) {
                try await database.texts(of: column, in: "image", after: $0, limit: $1)
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
        let read = ReadImage(
            images: images,
            findings: findings,
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
            links: ImageLinks(objects: objects)
        )
        let manage = ManageImages(images: images, queue: queue, objects: objects, audit: accounts.audit)
        let review = ReviewImage(
            images: images,
            findings: findings,
            reviews: reviews,
            audit: accounts.audit,
            updates: updates,
            clock: clock
        )
        let places = ManagePlaces(
            sites: SiteStore(database: database),
            cameras: cameras,
            deployments: deployments,
            audit: accounts.audit,
            clock: clock
        )
        let walk = WalkPictures(images: images)
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
            ImageRoutes(receive: receive, look: look, manage: manage, uploadLimit: options.uploadLimit).all
            + ReviewRoutes(review: review, look: look).all + SiteRoutes(places: places).all
            + CameraRoutes(places: places, look: look, zone: options.zone).all + DeploymentRoutes(places: places).all
            + statistics.all + exports.all + [UpdatesRoute(signals: signals).route]
        services = [ResumeImages(images: images, detect: detect, queue: queue, log: log)]
        jobs = [
            JobHandler(
                ReadImage.kind,
                giveUp: { id, cause, tx in try await read.giveUp(id, cause, in: tx) },
                { id, job in try await read(id, job) }
            )
        ]
    }
}
