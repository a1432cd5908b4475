import Accounts
import Core
import Database
import Observations

/// Keeps alerts in the table `alert`.
struct AlertStore: Sendable {
    let database: Database

    /// The newest first.
    static let order = PageOrder.descending(.init("id", .uuid))

    /// False when it was raised before: of what goes on, and of each species on a picture, there is one alert for a rule.
    func insert(_ alert: Alert, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO alert (id, rule_id, kind, severity, subject, open_key, site_id, camera_id, image_id, latitude,
                longitude, title, details, state, happened_at, raised_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT DO NOTHING
            """,
            [
                .id(alert.id), SQLValue(alert.rule), .text(alert.kind.rawValue), .text(alert.severity.rawValue),
                .text(alert.subject), SQLValue(alert.openKey), SQLValue(alert.site), SQLValue(alert.camera),
                SQLValue(alert.image), SQLValue(alert.place?.latitude), SQLValue(alert.place?.longitude),
                .text(alert.title), .text(alert.details), .text(alert.state.rawValue), .timestamp(alert.happenedAt),
                .timestamp(alert.raisedAt),
            ]
        ) == 1
    }

    func alert(_ id: Alert.ID, in reader: DatabaseReader) async throws -> Alert? {
        try await reader.first("SELECT * FROM alert WHERE id = $1", [.id(id)]).map(Alert.init)
    }

    /// What goes on under this key.
    func goingOn(_ openKey: String, in reader: DatabaseReader) async throws -> Alert? {
        try await reader.first("SELECT * FROM alert WHERE open_key = $1", [.text(openKey)]).map(Alert.init)
    }

    /// All that goes on of some kinds: at most one for each rule and camera.
    func goingOn(_ kinds: AlertKind..., in reader: DatabaseReader) async throws -> [Alert] {
        let placeholders = kinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try await reader.query(
            "SELECT * FROM alert WHERE open_key IS NOT NULL AND kind IN (\(placeholders)) ORDER BY id",
            kinds.map { .text($0.rawValue) }
        ).map(Alert.init)
    }

    func wasRaised(
        _ rule: Rule.ID,
        _ subject: String,
        since moment: Timestamp,
        in reader: DatabaseReader
    ) async throws -> Bool {
        try await reader.first(
            "SELECT id FROM alert WHERE rule_id = $1 AND subject = $2 AND raised_at > $3 LIMIT 1",
            [.id(rule), .text(subject), .timestamp(moment)]
        ) != nil
    }

    /// Writes down what is said of it now.
    func update(_ alert: Alert, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE alert SET severity = $2, title = $3, details = $4 WHERE id = $1",
            [.id(alert.id), .text(alert.severity.rawValue), .text(alert.title), .text(alert.details)]
        )
    }

    func resolve(_ id: Alert.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE alert SET state = 'resolved', resolved_at = $2, open_key = NULL WHERE id = $1",
            [.id(id), .timestamp(now)]
        )
    }

    /// Ends what goes on by a rule, since nobody asks any more whether it does.
    func resolve(of rule: Rule.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert SET state = 'resolved', resolved_at = $2, open_key = NULL
            WHERE rule_id = $1 AND open_key IS NOT NULL
            """,
            [.id(rule), .timestamp(now)]
        )
    }

    /// False when it was not open any more.
    func acknowledge(_ id: Alert.ID, by user: User.ID?, at now: Timestamp, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            """
            UPDATE alert SET state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3
            WHERE id = $1 AND state = 'open'
            """,
            [.id(id), SQLValue(user), .timestamp(now)]
        ) == 1
    }

    /// How many were open among those that the filter lets through, up to one of them.
    func acknowledge(
        _ filter: AlertFilter,
        upTo newest: Alert.ID,
        by user: User.ID?,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Int {
        var conditions = filter.conditions
        conditions.demand("state = 'open'")
        conditions.demand(.id(newest)) { "id <= \($0)" }
        let count = conditions.values.count
        return try await tx.execute(
            """
            UPDATE alert SET state = 'acknowledged', acknowledged_by = $\(count + 1), acknowledged_at = $\(count + 2)
            \(conditions.text)
            """,
            conditions.values + [SQLValue(user), .timestamp(now)]
        )
    }

    func page(
        _ filter: AlertFilter,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (alerts: [Alert], next: PagePlace?) {
        let (sql, values) = ("SELECT * FROM alert\(filter.conditions.text)", filter.conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(Alert.init), page.next)
        }
    }

    func count(_ filter: AlertFilter) async throws -> Int {
        let (sql, values) = ("SELECT count(*) FROM alert\(filter.conditions.text)", filter.conditions.values)
        return try await database.read { try await $0.value(sql, values) }
    }
}

extension Alert {
    init(_ row: Row) throws {
        let latitude: Double? = try row["latitude"]
        let longitude: Double? = try row["longitude"]
        self.init(
            id: try row["id"],
            rule: try row["rule_id"],
            kind: AlertKind(rawValue: try row["kind"]) ?? .system,
            severity: Severity(rawValue: try row["severity"]) ?? .warning,
            subject: try row["subject"],
            openKey: try row["open_key"],
            site: try row["site_id"],
            camera: try row["camera_id"],
            image: try row["image_id"],
            place: latitude.flatMap { north in
                longitude.map { Coordinates(latitude: north, longitude: $0) }
            },
            title: try row["title"],
            details: try row["details"],
            state: State(rawValue: try row["state"]) ?? .open,
            happenedAt: try row["happened_at"],
            raisedAt: try row["raised_at"],
            resolvedAt: try row["resolved_at"],
            acknowledgedBy: try row["acknowledged_by"],
            acknowledgedAt: try row["acknowledged_at"]
        )
    }
}
