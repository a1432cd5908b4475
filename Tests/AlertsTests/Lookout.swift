@testable import Accounts
import Core
import Database
import HTTPServer
import JobQueue
import Observations
import Outbound
import Synchronization
import TestSupport
import Testing

@testable import Alerts

/// Alerts over a database of their own, with cameras and a clock that the test moves.
struct Lookout: Sendable {
    enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres
        var testDescription: String { rawValue }
    }

    let database: Database
    let accounts: Accounts
    let feature: AlertsFeature
    let queue: JobQueue
    let facts: FactOutbox
    let field: Field
    let time: MovedTime
    let folder: String

    static let origin = Origin(address: "192.0.2.1")
    static let here = UUIDv7.next(), there = UUIDv7.next()

    static func with(
        _ engine: Engine = .sqlite,
        mail: String? = nil,
        _ body: (Lookout) async throws -> Void
    ) async throws {
        switch engine {
        case .sqlite: try await run("sqlite::memory:", mail, body)
        case .postgres:
            try await PostgresServer.shared().withDatabase(options: "pool_min=1") { try await run($0, mail, body) }
        }
    }

    private static func run(_ url: String, _ mail: String?, _ body: (Lookout) async throws -> Void) async throws {
        let database = try await Database.open(url)
        let migrations = JobMigrations.all + AccountsFeature.migrations + AlertsFeature.migrations
        _ = try await Migrator(database, migrations: migrations).up()
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await withTemporaryDirectory { try await body(try Lookout(database, folder: $0, mail: mail)) }
            )
        } catch {
            result = .failure(error)
        }
        await database.close()
        try result.get()
    }

    private init(_ database: Database, folder: String, mail: String?) throws {
        self.database = database
        self.folder = folder
        let time = MovedTime()
        let field = Field()
        let secret = MasterSecret(text: "a secret of the tests that is long enough")
        let signals = InProcessSignalBus(metrics: Metrics())
        let queue = JobQueue(database: database, signals: signals, metrics: Metrics(), clock: time.clock)
        let facts = FactOutbox(queue, subscriptions: AlertsFeature.subscriptions)
        accounts = Accounts(
            Accounts.Options(),
            database: database,
            secret: secret,
            queue: queue,
            facts: facts,
            signals: signals,
            counter: nil,
            log: .silent,
            clock: time.clock
        )
        feature = AlertsFeature(
            AlertsFeature.Options(
                zone: try #require(LocalZone("Europe/Berlin")),
                publicURL: "https://hedgerow.example"
            ),
            accounts: accounts,
            database: database,
            secret: secret,
            queue: queue,
            signals: signals,
            watch: field,
            figures: { field.figures },
            ways: AlertsFeature.Ways(
                mail: try mail.map { MailSender(try MailServer($0), from: try MailAddress("hedgerow@garden.example")) },
                http: HTTPClient(agent: "Hedgerow/test")
            ),
            clock: time.clock
        )
        self.queue = queue
        self.facts = facts
        self.field = field
        self.time = time
    }

    var alerts: AlertStore { feature.look.alerts }

    // MARK: People

    /// Somebody of a role who sees some sites, or all.
    func person(_ role: Role = .analyst, sites: Set<UUIDv7>? = nil) async throws -> Caller {
        let email = "p\(UUIDv7.next())@example.org"
        try await accounts.add(email, name: "Ada", role: role, password: "copper lantern willow 7", from: .command)
        let address = try #require(EmailAddress(email))
        var user = try #require(try await accounts.users.user(address))
        user.reach.sites = sites
        let changed = user
        try await database.write { try await accounts.users.update(changed, in: $0) }
        return Caller(
            credential: .settings,
            user: user.id,
            role: role,
            permissions: role.permissions,
            reach: user.reach,
            hasSecondFactor: true,
            quota: nil
        )
    }

    // MARK: Rules and channels

    func rule(
        _ kind: AlertKind = .speciesSeen,
        species: [String]? = nil,
        minConfidence: Double? = nil,
        hours: Int? = nil,
        percent: Int? = nil,
        site: UUIDv7? = nil,
        camera: UUIDv7? = nil,
        channels: [Channel.ID] = [],
        pace: Rule.Pace = .atOnce,
        quiet: Int = 0,
        by caller: Caller? = nil
    ) async throws -> Rule {
        try await feature.rules.add(
            RuleWish(
                name: "A rule",
                kind: kind,
                species: species,
                minConfidence: minConfidence,
                hours: hours,
                percent: percent,
                severity: nil,
                siteID: site,
                cameraID: camera,
                channels: channels,
                pace: pace,
                quietMinutes: quiet,
                isEnabled: true
            ),
            by: caller ?? Self.everybody,
            from: Self.origin
        )
    }

    func channel(
        _ kind: Channel.Kind,
        recipients: [String]? = nil,
        url: String? = nil,
        token: String? = nil,
        chat: String? = nil,
        eventType: String? = nil,
        by caller: Caller? = nil
    ) async throws -> Channel {
        try await feature.channels.add(
            "A channel",
            kind,
            ChannelWish(name: nil, recipients: recipients, url: url, token: token, chat: chat, eventType: eventType),
            by: caller ?? Self.everybody,
            from: Self.origin
        )
    }

    /// A webhook to the server, whose address says how it is signed.
    func hook(to server: HookServer, by caller: Caller? = nil) async throws -> Channel {
        let channel = try await channel(.webhook, url: server.url + "/hook", by: caller)
        let secret = try #require(channel.target.secret)
        let mark = secret.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
        return try await feature.channels.change(
            channel.id,
            ChannelWish(
                name: nil,
                recipients: nil,
                url: "\(server.url)/hook?secret=\(mark)",
                token: nil,
                chat: nil,
                eventType: nil
            ),
            by: caller ?? Self.everybody,
            from: Self.origin
        )
    }

    /// Whoever sees everything and is nobody: as the key of the settings.
    static let everybody = Caller(
        credential: .settings,
        user: nil,
        role: .admin,
        permissions: Role.admin.permissions,
        reach: .everything,
        hasSecondFactor: true,
        quota: nil
    )

    // MARK: What happens

    func sees(
        _ species: String...,
        confidence: Double = 0.9,
        camera: UUIDv7 = Field.oak,
        site: UUIDv7? = Lookout.here,
        image: UUIDv7 = .next()
    ) async throws {
        let seen = AnimalsSeen(
            image: image,
            camera: CameraReference(
                id: camera,
                code: "oak",
                name: "Old oak",
                place: Coordinates(latitude: 52.523_4, longitude: 13.251_7)
            ),
            site: site,
            capturedAt: time.now - .seconds(60),
            uploadedAt: time.now,
            species: species.map { .init(name: $0, confidence: confidence, individuals: 2) },
            showsBystanders: false
        )
        try await database.write { try await feature.notice.notice(seen, in: $0) }
    }

    func history(_ caller: Caller? = nil, state: Alert.State? = nil) async throws -> [AlertAnswer] {
        let caller = caller ?? Self.everybody
        var filter = AlertFilter(caller)
        filter.state = state
        return try await feature.look.list(filter, after: nil, limit: 200, caller).items
    }

    func deliveries(of alert: Alert.ID) async throws -> [AlertDetailAnswer.DeliveryAnswer] {
        try await feature.look(at: alert, Self.everybody).deliveries
    }

    /// Carries out what is in the queue while the body runs.
    func working<Value: Sendable>(
        grace: Duration = .seconds(25),
        _ body: () async throws -> Value
    ) async throws -> Value {
        var options = JobWorker.Options()
        options.grace = grace
        options.poll = .milliseconds(50)
        let worker = JobWorker(
            queue: queue,
            handlers: feature.jobs,
            options: options,
            metrics: Metrics(),
            log: .silent
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            while let _ = await group.nextResult() {}
            return try result.get()
        }
    }
}

/// Cameras as the test says they are.
final class Field: CameraWatch {
    static let oak = UUIDv7.next(), gate = UUIDv7.next()
    static let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + (0..<3_000).map { UInt8(truncatingIfNeeded: $0) }

    struct State: Sendable {
        var cameras: [WatchedCamera] = []
        var confidences: [Double] = []
        var hidden: Set<UUIDv7> = []
        var diskUsed = 0.5
    }

    private let state = Mutex(State())

    func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }

    /// Puts the one camera of this test into a state.
    func camera(
        _ id: UUIDv7 = Field.oak,
        site: UUIDv7? = Lookout.here,
        heard: Timestamp?,
        battery: Int? = nil
    ) {
        let camera = WatchedCamera(
            camera: CameraReference(id: id, code: "oak", name: "Old oak", place: nil),
            site: site,
            addedAt: Timestamp(secondsSince1970: 1_780_000_000),
            lastContactAt: heard,
            batteryPercent: battery
        )
        set { $0.cameras = [camera] }
    }

    var figures: MachineFigures { MachineFigures(host: "garden", diskUsed: state.withLock(\.diskUsed)) }

    func cameras() async throws -> [WatchedCamera] { state.withLock(\.cameras) }
    func hasSite(_ id: UUIDv7) async throws -> Bool { [Lookout.here, Lookout.there].contains(id) }
    func picture(of image: UUIDv7) async throws -> [UInt8]? { Self.picture }
    func openPlace(of camera: UUIDv7, at place: Coordinates) async throws -> Coordinates? {
        guard state.withLock({ $0.hidden.contains(camera) }) else { return place }
        return CoarseLocation(latitude: place.latitude, longitude: place.longitude).map {
            Coordinates(latitude: $0.latitude, longitude: $0.longitude)
        }
    }
    func confidences(ofLast count: Int) async throws -> [Double] { Array(state.withLock(\.confidences).prefix(count)) }

    func links(
        to images: [UUIDv7],
        in sites: Set<UUIDv7>?,
        showingBystanders: Bool
    ) async throws -> [UUIDv7: String] {
        Dictionary(images.map { ($0, "/objects/\($0)") }) { first, _ in first }
    }
}

/// A clock that stands still until it is moved.
final class MovedTime: Sendable {
    private let moment = Mutex(Timestamp(secondsSince1970: 1_790_000_000))
    var now: Timestamp { moment.withLock(\.self) }
    func move(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
    var clock: WallClock { WallClock { [self] in now } }
}
