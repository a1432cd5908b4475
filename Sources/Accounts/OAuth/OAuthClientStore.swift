import Core
import Database

/// Keeps applications in the table `oauth_client`.
struct OAuthClientStore: Sendable {
    let database: Database

    static let order = PageOrder.descending(.init("id", .uuid))
    private static let columns = """
        id, user_id, name, redirect_uris, scopes, grant_types, digest IS NOT NULL AS has_secret, created_at
        """

    func insert(_ client: OAuthClient, digest: [UInt8]?, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO oauth_client (id, user_id, name, redirect_uris, scopes, grant_types, digest, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(client.id), SQLValue(client.owner), .text(client.name),
                .json(try JSON.encode(client.redirects)), .text(client.scopes.scopeText),
                .text(client.grantTypes.map(\.rawValue).sorted().joined(separator: " ")),
                digest.map { .blob($0) } ?? .null, .timestamp(client.createdAt),
            ]
        )
    }

    func client(_ id: OAuthClient.ID, in reader: DatabaseReader) async throws -> OAuthClient? {
        try await reader.first("SELECT \(Self.columns) FROM oauth_client WHERE id = $1", [.id(id)]).map(Self.client)
    }

    /// The application with the digest of its secret, `nil` for one that has none.
    func secret(of id: OAuthClient.ID, in reader: DatabaseReader) async throws -> (OAuthClient, digest: [UInt8]?)? {
        try await reader.first("SELECT \(Self.columns), digest FROM oauth_client WHERE id = $1", [.id(id)]).map { row in
            (try Self.client(row), try row["digest"])
        }
    }

    func page(after place: PagePlace?, limit: Int) async throws -> (clients: [OAuthClient], next: PagePlace?) {
        try await database.read { reader in
            let sql = "SELECT \(Self.columns) FROM oauth_client"
            let page = try await reader.page(sql, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(Self.client), page.next)
        }
    }

    func clients(of owner: User.ID, limit: Int) async throws -> [OAuthClient] {
        try await database.query(
            "SELECT \(Self.columns) FROM oauth_client WHERE user_id = $1 ORDER BY id DESC LIMIT $2",
            [.id(owner), .integer(Int64(limit))]
        ).map(Self.client)
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM oauth_client")
    }

    /// Whether there was one; its grants go with it.
    func remove(_ id: OAuthClient.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM oauth_client WHERE id = $1", [.id(id)]) == 1
    }

    private static func client(_ row: Row) throws -> OAuthClient {
        let grantTypes: String = try row["grant_types"]
        return OAuthClient(
            id: try row["id"],
            owner: try row["user_id"],
            name: try row["name"],
            redirects: try row.json("redirect_uris"),
            scopes: OAuthGrantStore.scopes(try row["scopes"]),
            grantTypes: Set(
                grantTypes.split(separator: " ").compactMap { OAuthClient.GrantType(rawValue: String($0)) }
            ),
            isConfidential: try row["has_secret"],
            createdAt: try row["created_at"]
        )
    }
}
