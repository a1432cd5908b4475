import Accounts
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
            INSERT INTO species_rule (name, becomes, lives_elsewhere, is_sensitive, scientific_name, taxon_rank)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (name) DO UPDATE SET becomes = excluded.becomes, lives_elsewhere = excluded.lives_elsewhere,
                is_sensitive = excluded.is_sensitive, scientific_name = excluded.scientific_name,
                taxon_rank = excluded.taxon_rank
            """,
            [
                .text(rule.name), SQLValue(rule.becomes), .boolean(rule.livesElsewhere), .boolean(rule.isSensitive),
                SQLValue(rule.scientificName?.text), SQLValue(rule.scientificName?.rank?.rawValue),
            ]
        )
    }

    /// Whether there was one.
    func remove(_ name: String, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM species_rule WHERE name = $1", [.text(name)]) == 1
    }

    /// Every name that models gave to what somebody sees, or that it has now, with how often; the most frequent first.
    func namesInUse(within reach: Reach, limit: Int) async throws -> [(name: String, detections: Int)] {
        var found = SQLConditions()
        found.demand("detection.category = 'animal'")
        found.demand("image.site_id", isIn: reach)
        let join = reach.sites == nil ? "" : " JOIN image ON image.id = detection.image_id"
        let pairs = """
            SELECT lower(detection.label) AS name, detection.species AS shown, count(*) AS detections
            FROM detection\(join)\(found.text) GROUP BY lower(detection.label), detection.species
            ORDER BY count(*) DESC, lower(detection.label), detection.species LIMIT \(limit)
            """
        var said = SQLConditions()
        said.demand("image_species.site_id", isIn: reach)
        // What people alone call so is never the label of a detection.
        let words = "SELECT DISTINCT species FROM image_species\(said.text) ORDER BY species LIMIT \(limit)"
        let (foundValues, saidValues) = (found.values, said.values)
        return try await database.read(.mayLag) { reader in
            var counts: [String: Int] = [:]
            for row in try await reader.query(words, saidValues) { counts[try row["species"]] = 0 }
            for row in try await reader.query(pairs, foundValues) {
                let (name, shown, detections): (String, String, Int) = (
                    try row["name"], try row["shown"], try row["detections"]
                )
                for name in Set([name, shown]) { counts[name, default: 0] += detections }
            }
            return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map { ($0.key, $0.value) }
        }
    }

    /// Where species were seen whose places are told roughly.
    func sensitivePlaces() async throws -> [(camera: Camera.ID?, site: Site.ID?)] {
        // Whatever goes out under the scientific name of a sensitive species is one too, under each of its names.
        let sql = """
            WITH sensitive (name) AS (
                SELECT name FROM species_rule WHERE is_sensitive
                UNION SELECT becomes FROM species_rule WHERE is_sensitive
                UNION SELECT lower(scientific_name) FROM species_rule WHERE is_sensitive
            ), told (name) AS (
                SELECT name FROM sensitive
                UNION SELECT coalesce(becomes, name) FROM species_rule WHERE lower(scientific_name) IN (SELECT name FROM sensitive)
                UNION SELECT name FROM species_rule WHERE lower(scientific_name) IN (SELECT name FROM sensitive)
            )
            SELECT DISTINCT image_species.camera_id, image_species.site_id FROM image_species
            JOIN told ON told.name = image_species.species
            """
        return try await database.read { reader in
            try await reader.query(sql).map { (try $0["camera_id"], try $0["site_id"]) }
        }
    }
}

extension SpeciesRule {
    init(_ row: Row) throws {
        self.init(
            name: try row["name"],
            becomes: try row["becomes"],
            livesElsewhere: try row["lives_elsewhere"],
            isSensitive: try row["is_sensitive"],
            scientificName: try (row["scientific_name"] as String?).map { name in
                ScientificName(name, try (row["taxon_rank"] as String?).flatMap(ScientificName.Rank.init))
            }
        )
    }
}
