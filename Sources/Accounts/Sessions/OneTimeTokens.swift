import Core
import Database

/// Keeps secrets that are good once, such as those in links of letters, in the table `one_time_token`.
struct OneTimeTokenStore: Sendable {
    let database: Database
    let clock: WallClock

    /// What a token is good for; one for a letter never opens a socket.
    enum Purpose: String, Sendable {
        case setup, invitation, verification, passwordReset, emailChange, socket, oidc, oidcCode
    }

    private static let prefix = "ht_"

    /// The token, of which only a digest is kept.
    func issue(
        _ purpose: Purpose,
        content: some Encodable & Sendable,
        of user: User.ID? = nil,
        life: Duration,
        in tx: Transaction
    ) async throws -> String {
        let bearer = Bearer(Self.prefix, id: .next(at: clock.now()))
        try await tx.execute(
            """
            INSERT INTO one_time_token (id, digest, purpose, user_id, content, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .uuid(bearer.id), .blob(bearer.digest), .text(purpose.rawValue), SQLValue(user),
                .json(try JSON.encode(content)), .timestamp(clock.now()), .timestamp(clock.now() + life),
            ]
        )
        return bearer.text
    }

    /// What a token remembers, without using it up.
    func look<Content: Decodable>(
        at text: String,
        as purpose: Purpose,
        _ type: Content.Type,
        in reader: DatabaseReader
    ) async throws -> (content: Content, user: User.ID?)? {
        guard let bearer = Bearer(text, prefix: Self.prefix),
            let row = try await reader.first(
                "SELECT digest, user_id, content FROM one_time_token WHERE id = $1 AND purpose = $2 AND expires_at > $3",
                [.uuid(bearer.id), .text(purpose.rawValue), .timestamp(clock.now())]
            ), bearer.matches(try row["digest"])
        else { return nil }
        return (try row.json("content"), try row["user_id"])
    }

    /// Uses a token up in the transaction that does what it allows; `nil` when it is not good.
    func redeem<Content: Decodable>(
        _ text: String,
        as purpose: Purpose,
        _ type: Content.Type,
        in tx: Transaction
    ) async throws -> (content: Content, user: User.ID?)? {
        guard let bearer = Bearer(text, prefix: Self.prefix),
            let found = try await look(at: text, as: purpose, type, in: tx),
            // Of two that come at once, one removes the row.
            try await tx.execute("DELETE FROM one_time_token WHERE id = $1", [.uuid(bearer.id)]) == 1
        else { return nil }
        return found
    }

    func redeem<Content: Decodable & Sendable>(
        _ text: String,
        as purpose: Purpose,
        _ type: Content.Type
    ) async throws -> Content? {
        // Most wrong ones are no tokens at all: they need no transaction.
        guard Bearer(text, prefix: Self.prefix) != nil else { return nil }
        return try await database.write { try await redeem(text, as: purpose, type, in: $0)?.content }
    }

    func remove(_ id: UUIDv7, purpose: Purpose, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            "DELETE FROM one_time_token WHERE id = $1 AND purpose = $2",
            [.uuid(id), .text(purpose.rawValue)]
        ) == 1
    }

    func removeAll(_ purpose: Purpose, of user: User.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "DELETE FROM one_time_token WHERE user_id = $1 AND purpose = $2",
            [.id(user), .text(purpose.rawValue)]
        )
    }

    func countExpired(at now: Timestamp) async throws -> Int {
        try await database.countExpired(in: "one_time_token", at: now)
    }

    func removeExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await database.removeExpired(from: "one_time_token", at: now, limit: limit)
    }
}
