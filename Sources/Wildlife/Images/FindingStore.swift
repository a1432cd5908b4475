import Core
import Database
import Imaging

/// Keeps what was found on pictures in the tables `detection` and `image_species`.
struct FindingStore: Sendable {
    let database: Database

    /// Puts what a reading found in the place of what an earlier one did.
    func replace(_ findings: [Finding], of image: TrapImage, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM detection WHERE image_id = $1", [.id(image.id)])
        for finding in findings {
            try await tx.execute(
                """
                INSERT INTO detection (image_id, position, category, label, confidence, x, y, width, height, species,
                    species_confidence, species_source, model, scores, ignored, frame_seconds)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                """,
                [
                    .id(image.id), .integer(Int64(finding.position)), .text(finding.category.rawValue),
                    .text(finding.label), .real(finding.confidence), .real(finding.box.x), .real(finding.box.y),
                    .real(finding.box.width), .real(finding.box.height), .text(finding.species),
                    .real(finding.speciesConfidence), .text(finding.source.rawValue), .text(finding.model),
                    .json(try JSON.encode(finding.scores)),
                    SQLValue(finding.ignored?.rawValue), SQLValue(finding.frameSeconds),
                ]
            )
        }
    }

    /// Puts what a picture shows, as machine or people say, in the place of what was said before.
    func setSpecies(_ species: [SpeciesCount], of image: TrapImage, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM image_species WHERE image_id = $1", [.id(image.id)])
        for one in species {
            try await tx.execute(
                """
                INSERT INTO image_species (image_id, species, captured_at, camera_id, site_id, confidence, individuals)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .id(image.id), .text(one.species), .timestamp(image.capturedAt), SQLValue(image.camera),
                    SQLValue(image.site), .real(one.confidence), .integer(Int64(one.individuals)),
                ]
            )
        }
    }

    /// All of a picture, those that are ignored too.
    func findings(of image: TrapImage.ID, in reader: DatabaseReader) async throws -> [Finding] {
        try await reader.query("SELECT * FROM detection WHERE image_id = $1 ORDER BY position", [.id(image)])
            .map(Finding.init)
    }

    /// Those that count, of some pictures.
    func findings(of images: [TrapImage.ID], in reader: DatabaseReader) async throws -> [TrapImage.ID: [Finding]] {
        let placeholders = images.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try await reader.query(
            """
            SELECT * FROM detection WHERE image_id IN (\(placeholders)) AND ignored IS NULL
            ORDER BY image_id, position
            """,
            images.map { .id($0) }
        )
        var findings: [TrapImage.ID: [Finding]] = [:]
        for row in rows { findings[try row["image_id"], default: []].append(try Finding(row)) }
        return findings
    }

    /// The species of each of some pictures, the surest first.
    func species(of images: [TrapImage.ID]) async throws -> [TrapImage.ID: [String]] {
        guard !images.isEmpty else { return [:] }
        let placeholders = images.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let sql = """
            SELECT image_id, species FROM image_species WHERE image_id IN (\(placeholders))
            ORDER BY confidence DESC, species
            """
        let rows = try await database.read(.mayLag) { try await $0.query(sql, images.map { .id($0) }) }
        var species: [TrapImage.ID: [String]] = [:]
        for row in rows { species[try row["image_id"], default: []].append(try row["species"]) }
        return species
    }

    func counts(of image: TrapImage.ID, in reader: DatabaseReader) async throws -> [SpeciesCount] {
        try await reader.query(
            "SELECT species, confidence, individuals FROM image_species WHERE image_id = $1 ORDER BY confidence DESC, species",
            [.id(image)]
        ).map {
            SpeciesCount(
                species: try $0["species"],
                confidence: try $0["confidence"],
                individuals: try $0["individuals"]
            )
        }
    }
}

extension Finding {
    init(_ row: Row) throws {
        self.init(
            position: try row["position"],
            category: Category(rawValue: try row["category"]) ?? .animal,
            label: try row["label"],
            confidence: try row["confidence"],
            box: Box(x: try row["x"], y: try row["y"], width: try row["width"], height: try row["height"]),
            species: try row["species"],
            speciesConfidence: try row["species_confidence"],
            source: Source(rawValue: try row["species_source"]) ?? .detector,
            model: try row["model"],
            scores: try row.json("scores"),
            ignored: try (row["ignored"] as String?).flatMap(CameraMask.Kind.init),
            frameSeconds: try row["frame_seconds"]
        )
    }
}

extension [Finding] {
    /// How many of each species, and how sure the surest of them is; people and vehicles are no species.
    var species: [SpeciesCount] {
        Dictionary(grouping: filter { $0.category == .animal }, by: \.species).map { species, found in
            SpeciesCount(
                species: species,
                confidence: found.map(\.speciesConfidence).max() ?? 0,
                individuals: found.mostAtOnce
            )
        }.sorted { ($1.confidence, $0.species) < ($0.confidence, $1.species) }
    }

    /// How many are there at the same time: all of a picture, the most on any frame of a video.
    var mostAtOnce: Int { Dictionary(grouping: self, by: \.frameSeconds).values.map(\.count).max() ?? 0 }

    /// Where people and vehicles are.
    var bystanders: [Region] { filter { $0.category != .animal }.compactMap(\.box.region) }

    var contents: TrapImage.Contents {
        if contains(where: { $0.category == .animal }) { return .animal }
        if contains(where: { $0.category == .person }) { return .person }
        return isEmpty ? .blank : .vehicle
    }
}
