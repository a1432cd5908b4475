import Backup
import Core
import ObjectStore
import Synchronization

/// Says on the health page how the backups are; it looks at their place every few minutes, however often it is asked itself.
final class BackupWatch: Service, HealthCheck {
    let name = "backup"

    private let look: @Sendable () async throws -> BackupPlace.Condition
    private let log: Log
    private let clock: WallClock
    private let startedAt: Timestamp
    private let seen = Mutex<Result<BackupPlace.Condition, any Error>?>(nil)

    private static let interval = Duration.seconds(300)
    /// A day, and time for the backup itself and for another try.
    static let longestPause = Duration.seconds(36 * 3_600)

    init(
        log: Log,
        clock: WallClock = .system,
        look: @escaping @Sendable () async throws -> BackupPlace.Condition
    ) {
        self.look = look
        self.log = log
        self.clock = clock
        startedAt = clock.now()
    }

    /// `nil` where no backups are made by themselves.
    convenience init?(_ kit: Kit) {
        guard let address = kit.configuration.backupTo else { return nil }
        let (place, configuration) = (BackupPlace(address: address, name: "backup_to"), kit.configuration)
        self.init(log: kit.log) { try await place.look(configuration) }
    }

    func run() async throws {
        while true {
            await lookOnce()
            try await Task.sleep(for: Self.interval)
        }
    }

    func lookOnce() async {
        let result: Result<BackupPlace.Condition, any Error>
        do {
            result = .success(try await look())
        } catch is CancellationError {
            return
        } catch {
            result = .failure(error)
        }
        let wasWell = seen.withLock { seen in
            defer { seen = result }
            return seen.map(\.isSuccess) ?? true
        }
        guard case .failure(let error) = result, wasWell else { return }
        log.warning("backups cannot be made", ["cause": .string(ObjectFault.cause(of: error))])
    }

    func check() async -> Health {
        switch seen.withLock(\.self) {
        case nil: Health(.healthy)
        case .failure: Health(.degraded, "the place of backup_to cannot be used; hedgerow doctor says why")
        case .success(let condition):
            condition.isOverdue(since: startedAt, now: clock.now())
                ? Health(.degraded, "no backup was made for 36 hours; see the failed tasks and hedgerow doctor")
                : Health(.healthy)
        }
    }
}

extension BackupPlace.Condition {
    /// Whether one should have been made, by a server that has run since `start`.
    func isOverdue(since start: Timestamp, now: Timestamp) -> Bool {
        (latest?.time ?? start) + BackupWatch.longestPause < now
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
