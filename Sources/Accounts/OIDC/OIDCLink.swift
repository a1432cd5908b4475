import Core
import Database

/// That somebody at a provider is a person here.
struct OIDCLink: Hashable, Sendable {
    typealias ID = Identifier<OIDCLink>

    let id: ID
    let user: User.ID
    let issuer: String
    /// Who they are there.
    let subject: String
    let createdAt: Timestamp
    let lastUsedAt: Timestamp?
}

/// Keeps links in the table `oidc_link`.
struct OIDCLinkStore: Sendable {
    let database: Database
    let clock: WallClock

    private static let columns = "id, user_id, issuer, subject, created_at, last_used_at"
    private static let mostLinks = 50

    func link(_ issuer: String, _ subject: String, in reader: DatabaseReader) async throws -> OIDCLink? {
        try await reader.first(
            "SELECT \(Self.columns) FROM oidc_link WHERE issuer = $1 AND subject = $2",
            [.text(issuer), .text(subject)]
        ).map(Self.link)
    }

    /// The oldest first.
    func links(of user: User.ID, in reader: DatabaseReader) async throws -> [OIDCLink] {
        try await reader.query(
            "SELECT \(Self.columns) FROM oidc_link WHERE user_id = $1 ORDER BY id LIMIT \(Self.mostLinks)",
            [.id(user)]
        ).map(Self.link)
    }

    func insert(_ issuer: String, _ subject: String, of user: User.ID, in tx: Transaction) async throws -> OIDCLink.ID {
        let id = OIDCLink.ID.next(at: clock.now())
        try await tx.execute(
            "INSERT INTO oidc_link (id, user_id, issuer, subject, created_at) VALUES ($1, $2, $3, $4, $5)",
            [.id(id), .id(user), .text(issuer), .text(subject), .timestamp(clock.now())]
        )
        return id
    }

    func saw(_ id: OIDCLink.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE oidc_link SET last_used_at = $2 WHERE id = $1",
            [.id(id), .timestamp(clock.now())]
        )
    }

    func remove(_ id: OIDCLink.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM oidc_link WHERE id = $1", [.id(id)])
    }

    private static func link(_ row: Row) throws -> OIDCLink {
        OIDCLink(
            id: try row["id"],
            user: try row["user_id"],
            issuer: try row["issuer"],
            subject: try row["subject"],
            createdAt: try row["created_at"],
            lastUsedAt: try row["last_used_at"]
        )
    }
}
