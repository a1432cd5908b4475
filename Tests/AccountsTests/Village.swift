import Core
import Database
import JobQueue
import ObjectStore
import Synchronization
import TestSupport
import Testing

@testable import Accounts

/// Accounts over a database of their own, with a clock that the test moves.
struct Village: Sendable {
    enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres
        var testDescription: String { rawValue }
    }

    let accounts: Accounts
    let database: Database
    let time: MovedClock
    let secret: MasterSecret
    let folder: String

    /// Whoever hears of withdrawals, and does nothing.
    static let hearWithdrawn = JobKind<ConsentWithdrawn>("test.hear-withdrawn")
    static let password = "copper lantern willow 7"

    static func with<Value>(
        _ engine: Engine = .sqlite,
        options: Accounts.Options = Accounts.Options(),
        _ body: (Village) async throws -> Value
    ) async throws -> Value {
        switch engine {
        case .sqlite: try await run("sqlite::memory:", options, body)
        case .postgres:
            try await PostgresServer.shared().withDatabase(options: "pool_min=1") { try await run($0, options, body) }
        }
    }

    private static func run<Value>(
        _ url: String,
        _ options: Accounts.Options,
        _ body: (Village) async throws -> Value
    ) async throws -> Value {
        let database = try await Database.open(url)
        _ = try await Migrator(database, migrations: JobMigrations.all + AccountsFeature.migrations).up()
        let time = MovedClock()
        let secret = MasterSecret(text: "a secret of the tests that is long enough")
        let signals = InProcessSignalBus(metrics: Metrics())
        let queue = JobQueue(database: database, signals: signals, courier: nil, metrics: Metrics(), clock: time.clock)
        let accounts = Accounts(
            options,
            database: database,
            secret: secret,
            queue: queue,
            facts: FactOutbox(queue, subscriptions: [FactSubscription(Self.hearWithdrawn)]),
            signals: signals,
            counter: nil,
            log: .silent,
            clock: time.clock
        )
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await withTemporaryDirectory { folder in
                    try await body(
                        Village(accounts: accounts, database: database, time: time, secret: secret, folder: folder)
                    )
                }
            )
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try result.get()
    }

    /// What is done with everything that belongs to a person; this village has accounts alone, and no objects.
    func privacy(_ others: [any PersonalData] = []) async throws -> Privacy {
        Privacy(accounts, others: others, objects: try await FileObjectStore(root: folder), claims: [])
    }

    func person(_ email: String = "ada@example.org", role: Role = .grower) async throws -> User {
        try await accounts.add(email, name: "Ada", role: role, password: Self.password, from: .command)
        let address = try #require(EmailAddress(email))
        return try #require(try await accounts.users.user(address))
    }

    func signIn(
        _ email: String = "ada@example.org",
        _ password: String = Village.password,
        code: String? = nil,
        kind: Session.Kind = .token,
        device: String? = nil,
        from household: String = "192.0.2.1"
    ) async throws -> BegunSession {
        try await accounts.signIn(
            SignIn.Attempt(
                email: email,
                password: password,
                code: code,
                device: device,
                kind: kind,
                origin: Origin(address: household),
                household: household
            )
        )
    }
}

/// A clock that stands still until it is moved.
final class MovedClock: Sendable {
    private let moment = Mutex(Timestamp(secondsSince1970: 1_790_000_000))
    var now: Timestamp { moment.withLock(\.self) }
    func move(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
    var clock: WallClock { WallClock { [self] in now } }
}
