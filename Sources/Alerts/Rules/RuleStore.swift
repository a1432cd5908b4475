import Accounts
import Core
import Database

/// Keeps rules in the tables `alert_rule` and `alert_rule_channel`.
struct RuleStore: Sendable {
    let database: Database

    static let most = 200
    static let order = PageOrder.ascending(.init("id", .uuid))

    func insert(_ rule: Rule, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO alert_rule (id, name, kind, condition, site_id, camera_id, pace, quiet_minutes, is_enabled, user_id,
                disclosure, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                .id(rule.id), .text(rule.name), .text(rule.kind.rawValue), .json(try JSON.encode(rule.condition)),
                SQLValue(rule.site), SQLValue(rule.camera), .text(rule.pace.rawValue),
                .integer(Int64(rule.quietMinutes)), .boolean(rule.isEnabled), SQLValue(rule.user),
                .text(rule.disclosure.rawValue), .timestamp(rule.createdAt),
            ]
        )
        try await setChannels(of: rule, in: tx)
    }

    func update(_ rule: Rule, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert_rule SET name = $2, condition = $3, site_id = $4, camera_id = $5, pace = $6, quiet_minutes = $7,
                is_enabled = $8, user_id = $9, disclosure = $10
            WHERE id = $1
            """,
            [
                .id(rule.id), .text(rule.name), .json(try JSON.encode(rule.condition)), SQLValue(rule.site),
                SQLValue(rule.camera), .text(rule.pace.rawValue), .integer(Int64(rule.quietMinutes)),
                .boolean(rule.isEnabled), SQLValue(rule.user), .text(rule.disclosure.rawValue),
            ]
        )
        try await setChannels(of: rule, in: tx)
    }

    private func setChannels(of rule: Rule, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM alert_rule_channel WHERE rule_id = $1", [.id(rule.id)])
        for channel in rule.channels {
            try await tx.execute(
                "INSERT INTO alert_rule_channel (rule_id, channel_id) VALUES ($1, $2)",
                [.id(rule.id), .id(channel)]
            )
        }
    }

    func remove(_ id: Rule.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM alert_rule WHERE id = $1", [.id(id)])
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM alert_rule")
    }

    func rule(_ id: Rule.ID, in reader: DatabaseReader) async throws -> Rule? {
        let rows = try await reader.query("SELECT * FROM alert_rule WHERE id = $1", [.id(id)])
        return try await rules(rows, in: reader).first
    }

    /// Those that are on duty, in the order in which they are locked.
    func enabled(_ kinds: AlertKind..., in reader: DatabaseReader) async throws -> [Rule] {
        let placeholders = kinds.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try await reader.query(
            "SELECT * FROM alert_rule WHERE is_enabled AND kind IN (\(placeholders)) ORDER BY id",
            kinds.map { .text($0.rawValue) }
        )
        return try await rules(rows, in: reader)
    }

    /// Rules about the server are for those who look after it.
    func page(
        within reach: Reach,
        seesServer: Bool,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (rules: [Rule], next: PagePlace?) {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: reach)
        if !seesServer { conditions.demand("kind <> 'system'") }
        let (sql, values) = ("SELECT * FROM alert_rule\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try await rules(page.rows, in: reader), page.next)
        }
    }

    private func rules(_ rows: [Row], in reader: DatabaseReader) async throws -> [Rule] {
        guard !rows.isEmpty else { return [] }
        let ids: [Rule.ID] = try rows.map { try $0["id"] }
        let placeholders = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let links = try await reader.query(
            "SELECT rule_id, channel_id FROM alert_rule_channel WHERE rule_id IN (\(placeholders)) ORDER BY channel_id",
            ids.map { .id($0) }
        )
        var channels: [Rule.ID: [Channel.ID]] = [:]
        for link in links { channels[try link["rule_id"], default: []].append(try link["channel_id"]) }
        return try rows.compactMap { try Rule($0, channels: channels[try $0["id"]] ?? []) }
    }
}

extension Rule {
    /// `nil` for a kind of a newer version, which this one cannot keep to.
    init?(_ row: Row, channels: [Channel.ID]) throws {
        guard let kind = AlertKind(rawValue: try row["kind"]), let pace = Pace(rawValue: try row["pace"]) else {
            return nil
        }
        self.init(
            id: try row["id"],
            name: try row["name"],
            kind: kind,
            condition: try row.json("condition"),
            site: try row["site_id"],
            camera: try row["camera_id"],
            pace: pace,
            quietMinutes: try row["quiet_minutes"],
            isEnabled: try row["is_enabled"],
            channels: channels,
            user: try row["user_id"],
            disclosure: Disclosure(rawValue: try row["disclosure"]) ?? .words,
            createdAt: try row["created_at"]
        )
    }
}
