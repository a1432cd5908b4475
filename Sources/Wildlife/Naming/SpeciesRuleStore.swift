import Core
import Database

/// Keeps what was settled about names in the table `species_rule`.
struct SpeciesRuleStore: Sendable {
    let database: Database

    static let order = PageOrder.ascending(.init("name", .text))
    /// More names than any server tells apart; all of them are read with each picture.
    static let most = 2_000

    func all(in reader: DatabaseReader) async throws -> [String: SpeciesRule] {
        let rows = try await reader.query("SELECT * FROM species_rule ORDER BY name LIMIT \(Self.most)")
        return Dictionary(try rows.map(SpeciesRule.init).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func rule(_ name: String, in reader: DatabaseReader) async throws -> SpeciesRule? {
        try await reader.first("SELECT * FROM species_rule WHERE name = $1", [.text(name)]).map(SpeciesRule.init)
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.first("SELECT count(*) AS rules FROM species_rule").map { try $0["rules"] } ?? 0
    }

    func put(_ rule: SpeciesRule, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO species_rule (name, becomes, lives_elsewhere, is_sensitive) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET becomes = excluded.becomes, lives_elsewhere = excluded.lives_elsewhere,
                is_sensitive = excluded.is_sensitive
            """,
            [.text(rule.name), SQLValue(rule.becomes), .boolean(rule.livesElsewhere), .boolean(rule.isSensitive)]
        )
    }

    /// Whether there was one.
    func remove(_ name: String, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM species_rule WHERE name = $1", [.text(name)]) == 1
    }

    /// Every name that models gave, as they gave it, with how often; the most frequent first.
    func namesInUse(limit: Int) async throws -> [(name: String, detections: Int)] {
        let sql = """
            SELECT lower(label) AS name, count(*) AS detections FROM detection WHERE category = 'animal'
            GROUP BY lower(label) ORDER BY count(*) DESC, lower(label) LIMIT $1
            """
        return try await database.read(.mayLag) { reader in
            try await reader.query(sql, [.integer(Int64(limit))]).map { (try $0["name"], try $0["detections"]) }
        }
    }
}

extension SpeciesRule {
    init(_ row: Row) throws {
        self.init(
            name: try row["name"],
            becomes: try row["becomes"],
            livesElsewhere: try row["lives_elsewhere"],
            isSensitive: try row["is_sensitive"]
        )
    }
}
