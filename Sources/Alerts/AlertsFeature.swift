package import Accounts
package import Core
package import Database
package import HTTPServer
package import JobQueue
package import Observations
package import Outbound

/// Alerts as the composition root sees them.
package struct AlertsFeature: Sendable {
    package struct Options: Sendable {
        /// By whose clocks digests leave.
        package var zone: LocalZone
        /// For links in what is told.
        package var publicURL: String?

        package init(zone: LocalZone, publicURL: String?) {
            self.zone = zone
            self.publicURL = publicURL
        }
    }

    /// How alerts leave the server.
    package struct Ways: Sendable {
        /// `nil` where there is no mail server.
        package let mail: MailSender?
        package let http: HTTPClient

        package init(mail: MailSender?, http: HTTPClient) {
            self.mail = mail
            self.http = http
        }
    }

    package let routes: [Route]
    package let jobs: [JobHandler]
    package let schedules: [JobSchedule]
    let rules: ManageRules
    let channels: ManageChannels
    let look: LookAtAlerts
    let notice: NoticeAnimals
    let cameras: LookAtCameras
    let server: LookAtServer
    let gather: GatherDigests

    package static let migrations = AlertsMigrations.all

    package static let subscriptions = [FactSubscription(NoticeAnimals.kind)]

    package static func personalData(_ users: UserStore, secret: MasterSecret) -> any PersonalData {
        AlertsData(channels: ChannelStore(users.database, secret: secret), users: users)
    }

    package static func retained(_ database: Database) -> [any Retainable] { [OldAlerts(database: database)] }

    package init(
        _ options: Options,
        accounts: Accounts,
        database: Database,
        secret: MasterSecret,
        queue: JobQueue,
        signals: any SignalBus,
        watch: any CameraWatch,
        figures: @escaping @Sendable () -> MachineFigures,
        ways: Ways,
        clock: WallClock = .system
    ) {
        let ruleStore = RuleStore(database: database)
        let channelStore = ChannelStore(database, secret: secret)
        let alerts = AlertStore(database: database)
        let deliveries = DeliveryStore(database: database)
        let authority = RuleAuthority(users: accounts.users)
        let raise = RaiseAlert(
            alerts: alerts,
            deliveries: deliveries,
            channels: channelStore,
            queue: queue,
            signals: signals,
            zone: options.zone
        )
        let send = SendNotice(mail: ways.mail, http: ways.http, publicURL: options.publicURL, clock: clock)
        let system = SystemAlerts(rules: ruleStore, authority: authority, raise: raise, clock: clock)
        let rules = ManageRules(
            rules: ruleStore,
            channels: channelStore,
            alerts: alerts,
            deliveries: deliveries,
            watch: watch,
            audit: accounts.audit,
            clock: clock
        )
        let channels = ManageChannels(
            channels: channelStore,
            deliveries: deliveries,
            send: send,
            audit: accounts.audit,
            clock: clock
        )
        let look = LookAtAlerts(
            alerts: alerts,
            deliveries: deliveries,
            watch: watch,
            audit: accounts.audit,
            clock: clock
        )
        let notice = NoticeAnimals(rules: ruleStore, authority: authority, raise: raise, clock: clock)
        let cameras = LookAtCameras(watch: watch, rules: ruleStore, authority: authority, raise: raise, clock: clock)
        let server = LookAtServer(watch: watch, figures: figures, system: system, clock: clock)
        let gather = GatherDigests(deliveries: deliveries, queue: queue, clock: clock)
        let batch = SendBatch(
            alerts: alerts,
            deliveries: deliveries,
            channels: channelStore,
            rules: ruleStore,
            authority: authority,
            watch: watch,
            send: send,
            zone: options.zone,
            clock: clock
        )
        routes =
            AlertRoutes(look: look).all + [AlertmanagerRoute(system: system).route]
            + RuleRoutes(manage: rules, authority: authority).all + ChannelRoutes(manage: channels).all
        jobs = [
            JobHandler(NoticeAnimals.kind) { try await notice($0, $1) },
            JobHandler(LookAtCameras.kind) { _, _ in try await cameras() },
            JobHandler(LookAtServer.kind) { _, _ in try await server() },
            JobHandler(GatherDigests.kind) { _, _ in try await gather() },
            JobHandler(SendBatch.kind, giveUp: { id, cause, tx in try await batch.giveUp(id, cause, in: tx) }) {
                try await batch($0, $1)
            },
        ]
        schedules = [
            JobSchedule(LookAtCameras.kind, at: "*/5 * * * *") { .init() },
            JobSchedule(LookAtServer.kind, at: "*/5 * * * *") { .init() },
            JobSchedule(GatherDigests.kind, at: "*/5 * * * *") { .init() },
        ]
        self.rules = rules
        self.channels = channels
        self.look = look
        self.notice = notice
        self.cameras = cameras
        self.server = server
        self.gather = gather
    }
}
