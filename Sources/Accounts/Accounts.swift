package import Core
package import Database
package import JobQueue

/// What everything about people leans on, put together once.
package struct Accounts: Sendable {
    package enum Registration: String, CaseIterable, Codable, Sendable { case closed, invitation, open }

    package struct Options: Sendable {
        /// The key of the operator's settings, if there is one.
        package var settingsKey: String?
        package var allowsAnonymousPrediction = true
        package var limits: RateLimits? = .usual
        package var registration = Registration.invitation
        package var features = FeatureFlags.none
        package var tokenLife = Duration.seconds(15 * 60)
        /// Under which users reach the server: for links in letters.
        package var publicURL: String?
        /// Other origins whose pages may call.
        package var allowedOrigins: [String] = []
        /// Whether names and addresses are sealed in the database.
        package var sealsPersonalFields = false
        package var canSendMail = false
        /// How long somebody who asked to leave may change their mind.
        package var leavingGrace = Duration.seconds(14 * 86_400)
        /// After how long unused an account is removed; `nil` for never.
        package var inactiveAfter: Duration? = .seconds(365 * 86_400)
        /// Whose word is taken for who somebody is; `nil` for nobody's.
        package var oidc: OIDCSetup?
        /// Draws a text as a QR code in SVG.
        package var drawQRCode: @Sendable (String) throws -> String = { _ in "" }

        package init() {}
    }

    package let options: Options
    package let database: Database
    package let users: UserStore
    package let audit: AuditLog
    package let passwords: PasswordPool
    package let make: MakePerson
    package let consents: Consents
    let sessions: SessionStore
    let keys: APIKeyStore
    let clients: OAuthClientStore
    let grants: OAuthGrantStore
    let invitations: InvitationStore
    let tokens: OneTimeTokenStore
    let factors: SecondFactorStore
    let signingKeys: SigningKeys
    let begin: BeginSession
    let seen: SeenJournal
    let changed: CallersChanged
    let post: PostLetter
    let departures: DepartureStore
    let queue: JobQueue
    let guardian: SignInGuard
    package let rates: RateGate
    let identify: Identify
    let clock: WallClock
    let oidc: [OIDCClient]
    let log: Log

    package init(
        _ options: Options,
        database: Database,
        secret: MasterSecret,
        queue: JobQueue,
        facts: FactOutbox,
        signals: any SignalBus,
        counter: (any RateCounting)?,
        log: Log,
        clock: WallClock = .system
    ) {
        self.options = options
        self.database = database
        self.clock = clock
        self.log = log
        oidc =
            options.oidc.map { setup in
                setup.providers.map { OIDCClient($0, http: setup.http, limits: setup.limits, clock: clock) }
            } ?? []
        let fields = PersonalFields(secret, seals: options.sealsPersonalFields)
        users = UserStore(database, fields: fields)
        audit = AuditLog(database, secret: secret, clock: clock)
        passwords = PasswordPool()
        sessions = SessionStore(database: database)
        keys = APIKeyStore(database)
        clients = OAuthClientStore(database: database)
        grants = OAuthGrantStore(database: database)
        invitations = InvitationStore(database: database, fields: fields)
        tokens = OneTimeTokenStore(database: database, clock: clock)
        factors = SecondFactorStore(secret: secret, clock: clock)
        signingKeys = SigningKeys(database, secret: secret, clock: clock)
        begin = BeginSession(sessions: sessions, audit: audit, clock: clock)
        seen = SeenJournal(
            users: users,
            sessions: sessions,
            keys: keys,
            grants: grants,
            audit: audit,
            clock: clock,
            log: log
        )
        let cache = CallerCache()
        let consentCache = ConsentCache()
        changed = CallersChanged(cache: cache, consents: consentCache, signals: signals)
        consents = Consents(
            users: users,
            ledger: ConsentLedger(database, secret: secret, clock: clock),
            cache: consentCache,
            changed: changed,
            facts: facts,
            clock: clock
        )
        make = MakePerson(users: users, passwords: passwords, consents: consents, audit: audit, clock: clock)
        departures = DepartureStore(database: database)
        self.queue = queue
        post = PostLetter(queue: queue, canSend: options.canSendMail)
        guardian = SignInGuard(secret: secret, counter: options.limits == nil ? nil : counter)
        rates = RateGate(options.limits, shared: counter)
        identify = Identify(
            settingsKey: options.settingsKey.map { Array($0.utf8) },
            users: users,
            sessions: sessions,
            keys: keys,
            grants: grants,
            signingKeys: signingKeys,
            seen: seen,
            cache: cache,
            publicURL: options.publicURL,
            clock: clock
        )
    }

    package var doorkeeper: Doorkeeper {
        Doorkeeper(
            identify: identify,
            rates: rates,
            seen: seen,
            tickets: tickets,
            allowsAnonymousPrediction: options.allowsAnonymousPrediction,
            publicURL: options.publicURL,
            allowedOrigins: options.allowedOrigins
        )
    }

    var tickets: SocketTickets { SocketTickets(tokens: tokens, identify: identify, clock: clock) }

    var signIn: SignIn {
        SignIn(
            users: users,
            passwords: passwords,
            factors: factors,
            begin: begin,
            guardian: guardian,
            audit: audit,
            seen: seen
        )
    }

    var links: OIDCLinkStore { OIDCLinkStore(database: database, clock: clock) }

    var refresh: RefreshSession {
        RefreshSession(users: users, sessions: sessions, audit: audit, changed: changed, clock: clock)
    }
}
