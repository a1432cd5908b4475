import Core
import Database
import Synchronization

/// The keys that sign access tokens: the newest signs, those before it are still believed until their tokens have run out.
final class SigningKeys: Sendable {
    struct Key: Sendable {
        let id: UUIDv7
        let secret: [UInt8]
    }

    private let database: Database
    private let box: SealedBox
    private let clock: WallClock
    /// The newest first.
    private let known = Mutex<(keys: [Key], readAt: Timestamp)>(([], Timestamp(microseconds: 0)))

    /// How old what is known of the table may be.
    private static let staleAfter = Duration.seconds(60)

    init(_ database: Database, secret: MasterSecret, clock: WallClock) {
        self.database = database
        box = SealedBox(key: secret.key(for: "signing keys"))
        self.clock = clock
    }

    /// The key that signs now, made when there is none.
    func current() async throws -> Key {
        if let key = try await all().first { return key }
        try await rotate(onlyIfNone: true)
        guard let key = try await all(fresh: true).first else { throw AccountFault.otherSecret }
        return key
    }

    /// The key of this name, when tokens of it are believed.
    func key(_ id: UUIDv7) async throws -> Key? {
        if let key = try await all().first(where: { $0.id == id }) { return key }
        // Another server may just have made it; asked for at most once a second, or strangers could make work.
        let isRecent = known.withLock { clock.now() - $0.readAt < .seconds(1) }
        return isRecent ? nil : try await all(fresh: true).first { $0.id == id }
    }

    /// Lets a new key sign; those before it are believed for as long as a token lives.
    func rotate(onlyIfNone: Bool = false) async throws {
        let id = UUIDv7.next(at: clock.now())
        let sealed = box.seal(randomBytes(32), for: "signing_key.\(id)")
        let now = clock.now()
        try await database.write { tx in
            try await tx.lock("signing keys")
            if onlyIfNone, try await tx.first("SELECT id FROM signing_key WHERE retired_at IS NULL LIMIT 1") != nil {
                return
            }
            try await tx.execute(
                "DELETE FROM signing_key WHERE retired_at < $1",
                [.timestamp(now - AccessToken.longestLife)]
            )
            try await tx.execute("UPDATE signing_key SET retired_at = $1 WHERE retired_at IS NULL", [.timestamp(now)])
            try await tx.execute(
                "INSERT INTO signing_key (id, secret, created_at) VALUES ($1, $2, $3)",
                [.uuid(id), .blob(sealed), .timestamp(now)]
            )
        }
        known.withLock { $0.readAt = Timestamp(microseconds: 0) }
    }

    private func all(fresh: Bool = false) async throws -> [Key] {
        let now = clock.now()
        let held = known.withLock { now - $0.readAt < Self.staleAfter ? $0.keys : [] }
        if !fresh, !held.isEmpty { return held }
        let rows = try await database.query(
            "SELECT id, secret FROM signing_key WHERE retired_at IS NULL OR retired_at > $1 ORDER BY id DESC LIMIT 100",
            [.timestamp(now - AccessToken.longestLife)]
        )
        let keys = try rows.map { row in
            let id: UUIDv7 = try row["id"]
            guard let secret = box.open(try row["secret"], for: "signing_key.\(id)") else {
                throw AccountFault.otherSecret
            }
            return Key(id: id, secret: secret)
        }
        known.withLock { $0 = (keys, now) }
        return keys
    }
}
