import Core
import Database

/// Keeps what applications are let do, and their tokens, in the tables `oauth_grant` and `oauth_token`.
struct OAuthGrantStore: Sendable {
    let database: Database

    private static let columns = """
        id, client_id, user_id, grant_type, scopes, second_factor, created_at, last_used_at, expires_at
        """
    private static let mostListed = 200

    func insert(_ grant: OAuthGrant, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO oauth_grant
                (id, client_id, user_id, grant_type, scopes, second_factor, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(grant.id), .id(grant.client), .id(grant.user), .text(grant.type.rawValue),
                .text(grant.scopes.scopeText), .boolean(grant.hasSecondFactor), .timestamp(grant.createdAt),
                .timestamp(grant.expiresAt),
            ]
        )
    }

    func grant(_ id: OAuthGrant.ID, in reader: DatabaseReader) async throws -> OAuthGrant? {
        try await reader.first("SELECT \(Self.columns) FROM oauth_grant WHERE id = $1", [.id(id)]).map(Self.grant)
    }

    /// What somebody allowed and has not ended, once the application has taken it up, the newest first.
    func allowed(by user: User.ID, at now: Timestamp, in reader: DatabaseReader) async throws -> [OAuthGrant] {
        try await reader.query(
            """
            SELECT \(Self.columns) FROM oauth_grant
            WHERE user_id = $1 AND grant_type = 'authorization_code' AND expires_at > $2
                AND EXISTS (SELECT 1 FROM oauth_token WHERE grant_id = oauth_grant.id AND kind = 'refresh')
            ORDER BY id DESC LIMIT \(Self.mostListed)
            """,
            [.id(user), .timestamp(now)]
        ).map(Self.grant)
    }

    func extend(_ id: OAuthGrant.ID, to expiry: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE oauth_grant SET expires_at = $2 WHERE id = $1", [.id(id), .timestamp(expiry)])
    }

    func saw(_ id: OAuthGrant.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE oauth_grant SET last_used_at = $2 WHERE id = $1", [.id(id), .timestamp(now)])
    }

    /// Whether there was one to end; its tokens go with it.
    @discardableResult
    func end(_ id: OAuthGrant.ID, of user: User.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM oauth_grant WHERE id = $1 AND user_id = $2", [.id(id), .id(user)]) == 1
    }

    // MARK: Tokens

    /// A new secret of this kind; only its digest is kept.
    func issue(
        _ kind: OAuthToken.Kind,
        of grant: OAuthGrant.ID,
        scopes: Set<Permission>,
        proof: OAuthToken.Proof? = nil,
        at now: Timestamp,
        life: Duration,
        in tx: Transaction
    ) async throws -> String {
        let bearer = Bearer(kind.prefix, id: .next(at: now))
        try await tx.execute(
            """
            INSERT INTO oauth_token (id, grant_id, kind, digest, scopes, redirect_uri, challenge, spent, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8)
            """,
            [
                .uuid(bearer.id), .id(grant), .text(kind.rawValue), .blob(bearer.digest), .text(scopes.scopeText),
                SQLValue(proof?.redirect), SQLValue(proof?.challenge), .timestamp(now + life),
            ]
        )
        return bearer.text
    }

    /// What a secret stands for, also after it was spent; `nil` for one that is not known.
    func token(_ bearer: Bearer, _ kind: OAuthToken.Kind, in reader: DatabaseReader) async throws -> OAuthToken? {
        guard
            let row = try await reader.first(
                """
                SELECT id, grant_id, digest, scopes, redirect_uri, challenge, spent, expires_at FROM oauth_token
                WHERE id = $1 AND kind = $2
                """,
                [.uuid(bearer.id), .text(kind.rawValue)]
            ), bearer.matches(try row["digest"])
        else { return nil }
        let redirect: String? = try row["redirect_uri"]
        let challenge: String? = try row["challenge"]
        return OAuthToken(
            id: bearer.id,
            grant: try row["grant_id"],
            kind: kind,
            scopes: Self.scopes(try row["scopes"]),
            proof: redirect.flatMap { redirect in challenge.map { .init(redirect: redirect, challenge: $0) } },
            isSpent: try row["spent"],
            expiresAt: try row["expires_at"]
        )
    }

    func spend(_ token: OAuthToken, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE oauth_token SET spent = TRUE, expires_at = $2 WHERE id = $1",
            [.uuid(token.id), .timestamp(now + OAuthToken.spentLife)]
        )
    }

    func remove(_ token: OAuthToken, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM oauth_token WHERE id = $1", [.uuid(token.id)])
    }

    func countExpired(at now: Timestamp) async throws -> Int {
        try await database.countExpired(in: "oauth_token", at: now)
            + database.countExpired(in: "oauth_grant", at: now)
    }

    func removeExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await database.removeExpired(from: "oauth_token", at: now, limit: limit)
            + database.removeExpired(from: "oauth_grant", at: now, limit: limit)
    }

    /// A scope of a newer version means nothing to this one.
    static func scopes(_ text: String) -> Set<Permission> {
        Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
    }

    private static func grant(_ row: Row) throws -> OAuthGrant {
        OAuthGrant(
            id: try row["id"],
            client: try row["client_id"],
            user: try row["user_id"],
            type: OAuthClient.GrantType(rawValue: try row["grant_type"]) ?? .authorizationCode,
            scopes: scopes(try row["scopes"]),
            hasSecondFactor: try row["second_factor"],
            createdAt: try row["created_at"],
            lastUsedAt: try row["last_used_at"],
            expiresAt: try row["expires_at"]
        )
    }
}
