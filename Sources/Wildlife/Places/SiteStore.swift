import Accounts
import Core
import Database

/// Keeps sites in the table `site`.
struct SiteStore: Sendable {
    let database: Database

    static let order = PageOrder.ascending(.init("name", .text), .init("id", .uuid))

    func insert(_ site: Site, in tx: Transaction) async throws {
        try await tx.execute(
            "INSERT INTO site (id, name, latitude, longitude, created_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(site.id), .text(site.name), SQLValue(site.location?.latitude), SQLValue(site.location?.longitude),
                .timestamp(site.createdAt),
            ]
        )
    }

    func update(_ site: Site, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE site SET name = $2, latitude = $3, longitude = $4 WHERE id = $1",
            [.id(site.id), .text(site.name), SQLValue(site.location?.latitude), SQLValue(site.location?.longitude)]
        )
    }

    /// Whether it is gone; one that cameras, deployments or pictures belong to stays.
    func remove(_ id: Site.ID, in tx: Transaction) async throws -> Bool {
        let used = ["camera", "deployment", "image"].map { "NOT EXISTS (SELECT 1 FROM \($0) WHERE site_id = $1)" }
        return try await tx.execute(
            "DELETE FROM site WHERE id = $1 AND \(used.joined(separator: " AND "))",
            [.id(id)]
        ) == 1
    }

    func site(_ id: Site.ID, in reader: DatabaseReader) async throws -> Site? {
        try await reader.first("SELECT * FROM site WHERE id = $1", [.id(id)]).map(Site.init)
    }

    func site(name: String, in reader: DatabaseReader) async throws -> Site? {
        try await reader.first("SELECT * FROM site WHERE name = $1", [.text(name)]).map(Site.init)
    }

    func page(
        within reach: Reach,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (sites: [Site], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand("id", isIn: reach)
        let (sql, values) = ("SELECT * FROM site\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(Site.init), page.next)
        }
    }
}

extension Site {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            location: GeoPoint(try row["latitude"], try row["longitude"]),
            createdAt: try row["created_at"]
        )
    }
}
