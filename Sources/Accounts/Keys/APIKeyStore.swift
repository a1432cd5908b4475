import Core
package import Database

/// Keeps keys in the table `api_key`.
package struct APIKeyStore: Sendable {
    let database: Database

    private static let columns = """
        id, user_id, name, client, scopes, quota, created_at, expires_at, last_used_at
        """
    static let order = PageOrder.descending(.init("id", .uuid))

    package init(_ database: Database) { self.database = database }

    func insert(_ key: APIKey, digest: [UInt8], in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO api_key (id, user_id, digest, name, client, scopes, quota, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .id(key.id), .id(key.owner), .blob(digest), .text(key.name), SQLValue(key.client),
                .json(try JSON.encode(key.scopes.sorted { $0.rawValue < $1.rawValue })), SQLValue(key.quota),
                .timestamp(key.createdAt), SQLValue(key.expiresAt),
            ]
        )
    }

    func key(_ id: APIKey.ID, in reader: DatabaseReader) async throws -> (key: APIKey, digest: [UInt8])? {
        try await reader.first("SELECT \(Self.columns), digest FROM api_key WHERE id = $1", [.id(id)]).map { row in
            (try Self.key(row), try row["digest"])
        }
    }

    /// Somebody's keys, or everybody's; the newest first.
    package func keys(
        of owner: User.ID?,
        after place: PagePlace? = nil,
        limit: Int
    ) async throws -> (keys: [APIKey], next: PagePlace?) {
        try await database.read { reader in
            let page = try await reader.page(
                "SELECT \(Self.columns) FROM api_key" + (owner == nil ? "" : " WHERE user_id = $1"),
                owner.map { [.id($0)] } ?? [],
                in: Self.order,
                after: place,
                limit: limit
            )
            return (try page.rows.map(Self.key), page.next)
        }
    }

    func count(of owner: User.ID, in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM api_key WHERE user_id = $1", [.id(owner)])
    }

    func setExpiry(_ expiry: Timestamp, of id: APIKey.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE api_key SET expires_at = $2 WHERE id = $1", [.id(id), .timestamp(expiry)])
    }

    func saw(_ id: APIKey.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute("UPDATE api_key SET last_used_at = $2 WHERE id = $1", [.id(id), .timestamp(now)])
    }

    func remove(_ id: APIKey.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM api_key WHERE id = $1", [.id(id)])
    }

    private static func key(_ row: Row) throws -> APIKey {
        APIKey(
            id: try row["id"],
            owner: try row["user_id"],
            name: try row["name"],
            client: try row["client"],
            // A scope of a newer version means nothing to this one.
            scopes: Set(try row.json("scopes", as: [String].self).compactMap(Permission.init(rawValue:))),
            quota: try row["quota"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"],
            lastUsedAt: try row["last_used_at"]
        )
    }
}
