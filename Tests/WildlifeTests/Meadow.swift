@testable import Accounts
import Core
import Database
import HTTPServer
import Imaging
import JobQueue
import ObjectStore
import Observations
import TestSupport
import Testing

@testable import Wildlife

/// Camera traps over a database of their own; no model is on duty.
struct Meadow: Sendable {
    enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres
        var testDescription: String { rawValue }
    }

    let database: Database
    let objects: FileObjectStore
    let receive: ReceiveImage
    let file: ReceiveFile
    let profiles: CameraProfiles
    let look: LookAtImage
    let review: ReviewImage
    let settle: SettleImage
    let places: ManagePlaces
    let audit: AuditLog
    let users: UserStore

    let rules: SpeciesRuleStore
    let reconsider: ReconsiderImages

    var images: ImageStore { receive.images }
    var propose: ProposeMoves { receive.propose }
    var findings: FindingStore { look.findings }
    var walk: WalkPictures {
        WalkPictures(images: images, findings: findings, reviews: look.reviews, origins: OriginStore())
    }

    var imports: Imports {
        Imports(
            users: users,
            places: places,
            receive: receive,
            reviews: look.reviews,
            settle: review.settle,
            give: GiveFindings(images: images, findings: findings, queue: receive.queue),
            queue: receive.queue,
            spool: VideoSpool(folder: "/tmp/hedgerow-video-tests"),
            byteLimit: 1 << 20,
            threshold: 0.2,
            spoolFolder: "/tmp",
            log: .silent
        )
    }

    /// Whoever hears what was seen, and does nothing.
    static let hearSeen = JobKind<AnimalsSeen>("test.hear-seen")
    static let start = Timestamp(microseconds: 1_780_000_000_000_000)

    static let migrations = JobMigrations.all + AccountsFeature.migrations + WildlifeFeature.migrations

    /// Somebody who sees everything.
    static let everybody = WildlifeCaller(
        name: "test",
        user: .next(),
        reach: .everything,
        origin: Origin(address: "192.0.2.1")
    )

    static func with(_ engine: Engine = .sqlite, _ body: (Meadow) async throws -> Void) async throws {
        switch engine {
        case .sqlite: try await run("sqlite::memory:", body)
        case .postgres:
            try await PostgresServer.shared().withDatabase(options: "pool_min=1") { try await run($0, body) }
        }
    }

    private static func run(_ url: String, _ body: (Meadow) async throws -> Void) async throws {
        let database = try await Database.open(url)
        _ = try await Migrator(database, migrations: migrations).up()
        try await withTemporaryDirectory { folder in
            try await body(try await Meadow(database, folder))
        }
        await database.close()
    }

    private init(_ database: Database, _ folder: String) async throws {
        self.database = database
        objects = try await FileObjectStore(root: folder)
        let signals = InProcessSignalBus(metrics: Metrics())
        let queue = JobQueue(database: database, signals: signals, courier: nil, metrics: Metrics())
        let secret = MasterSecret(text: "a secret of the tests that is long enough")
        audit = AuditLog(database, secret: secret)
        users = UserStore(database, fields: PersonalFields(secret, seals: false))
        let updates = Updates(signals: signals)
        let images = ImageStore(database: database)
        let findings = FindingStore(database: database)
        let reviews = ReviewStore(database: database)
        let cameras = CameraStore(database: database)
        let deployments = DeploymentStore(database: database)
        let clock = WallClock { Self.start }
        let place = PlaceImage(
            cameras: cameras,
            deployments: deployments,
            zone: try #require(LocalZone("Europe/Berlin"))
        )
        let pool = WorkPool(name: "decoding", width: 2, depth: 16)
        profiles = CameraProfiles(
            store: ProfileStore(database: database),
            folders: ProfileFolders(shipped: SharedData.checkout + "/Catalogue/cameras").read(),
            log: .silent,
            clock: clock
        )
        let propose = ProposeMoves(
            moves: CameraMoveStore(database: database),
            cameras: cameras,
            deployments: deployments,
            queue: queue,
            spot: SpotMove(tolerance: 150),
            clock: clock
        )
        receive = ReceiveImage(
            images: images,
            place: place,
            propose: propose,
            profiles: profiles,
            queue: queue,
            objects: objects,
            updates: updates,
            check: CheckFile(decoding: pool),
            pool: pool,
            clock: clock
        )
        file = ReceiveFile(
            image: receive,
            report: ReceiveReport(place: place, profiles: profiles, pool: pool, clock: clock)
        )
        look = LookAtImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            links: ImageLinks(objects: objects),
            bursts: Bursts(images: images, pause: .seconds(60)),
            sensitive: SensitivePlaces(database: database)
        )
        let facts = FactOutbox(queue, subscriptions: [FactSubscription(Self.hearSeen)])
        let settle = SettleImage(
            images: images,
            findings: findings,
            reviews: reviews,
            cameras: cameras,
            updates: updates,
            facts: facts
        )
        self.settle = settle
        review = ReviewImage(
            images: images,
            reviews: reviews,
            settle: settle,
            audit: audit,
            clock: clock
        )
        rules = SpeciesRuleStore(database: database)
        reconsider = ReconsiderImages(
            images: images,
            findings: findings,
            name: NameFindings(
                findings: findings,
                rules: rules,
                masks: MaskStore(database: database),
                bursts: look.bursts,
                threshold: 0.65
            ),
            settle: review.settle,
            queue: queue
        )
        places = ManagePlaces(
            sites: SiteStore(database: database),
            cameras: cameras,
            deployments: deployments,
            propose: propose,
            audit: audit,
            clock: clock
        )
    }

    /// A picture that no other number has.
    static func picture(_ number: Int) -> [UInt8] {
        let pixels = (0..<96 * 80 * 3).map { UInt8(truncatingIfNeeded: $0 / 7 + number * 31) }
        return Picture(width: 96, height: 80, pixels: pixels).png()
    }

    /// Takes a picture that was taken some hours after the start.
    @discardableResult
    func take(_ number: Int, camera: String? = "oak", hours: Int = 0) async throws -> TrapImage {
        var delivery = Delivery(filename: "IMG_\(number).PNG", bytes: Self.picture(number), door: .api)
        delivery.camera = camera
        delivery.capturedAt = Self.start + .seconds(hours * 3_600)
        return try await receive(delivery).image
    }

    /// Writes down what a detector would have found.
    func find(_ species: [String], on image: TrapImage, category: Finding.Category = .animal) async throws {
        let found = species.enumerated().map { position, species in
            Finding(
                position: position,
                category: category,
                label: species,
                confidence: 0.9 - Double(position) / 10,
                box: .init(x: 0.1, y: 0.2, width: 0.3, height: 0.4),
                species: species,
                speciesConfidence: 0.9 - Double(position) / 10,
                source: .detector,
                model: "test 1"
            )
        }
        var read = image
        read.status = .completed
        read.contents = found.contents
        read.detectionCount = found.count
        read.confidence = found.map(\.confidence).max() ?? 0
        let completed = read
        try await database.write { tx in
            try await findings.replace(found, of: completed, in: tx)
            try await findings.setSpecies(found.species, of: completed, in: tx)
            try await images.update(completed, in: tx)
        }
    }

    /// Writes down what models said of a picture, and names it and those beside it as a reading does.
    func read(_ found: [Finding], on image: TrapImage) async throws {
        let neighbours = try await database.write { tx in
            var read = try await images.image(image.id, in: tx) ?? image
            read.status = .completed
            let named = try await reconsider.name(found, of: read, in: tx)
            try await findings.replace(named.findings, of: read, in: tx)
            try await review.settle(read, telling: .detectionComplete, in: tx)
            return named.neighbours
        }
        for id in neighbours { try await database.write { try await reconsider.reconsider(id, in: $0) } }
    }

    func reconsider(_ image: TrapImage) async throws {
        try await database.write { try await reconsider.reconsider(image.id, in: $0) }
    }

    /// The surest species of each picture.
    func species(of pictures: [TrapImage]) async throws -> [String?] {
        let found = try await findings.species(of: pictures.map(\.id))
        return pictures.map { found[$0.id]?.first }
    }

    func camera(_ code: String) async throws -> Camera {
        try #require(try await database.read { try await places.cameras.camera(code: code, in: $0) })
    }

    func image(_ id: TrapImage.ID) async throws -> TrapImage {
        try #require(try await database.read { try await images.image(id, in: $0) })
    }
}
