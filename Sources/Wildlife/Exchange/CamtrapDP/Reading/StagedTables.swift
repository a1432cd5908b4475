import Core
import Database

/// Keeps the rows of a package between the reading of its tables and their end: memory stays flat, and a program that ends
/// goes on where it was.
struct StagedTables: Sendable {
    let database: Database

    /// A row of the table of deployments.
    struct Place: Sendable {
        let givenID: String
        let line: Int
        let fields: [String: String]
        /// Empty for a camera that was never said to be deployed.
        let deployment: Deployment.ID?
        let camera: String?
    }

    /// A row of the table of media.
    struct Medium: Sendable {
        let line: Int
        let givenID: String
        let deployment: String
        let takenAt: Timestamp?
        let fields: [String: String]
        var isWaiting = true
        var image: TrapImage.ID?
    }

    /// A row of the table of observations.
    struct Observation: Sendable {
        let line: Int
        let media: String?
        let deployment: String
        let start: Timestamp?
        let end: Timestamp?
        let fields: [String: String]
    }

    /// What became of a row.
    ///
    /// `elsewhere` is a picture at a web address.
    enum State: String, Sendable { case waiting, taken, known, refused, elsewhere, told }

    /// Rows that one transaction removes.
    static let atOnce = 2_000

    /// Removes all of an import, some rows at a time: others have their turn in between, and what was removed stays so.
    func clear(_ id: ImportRun.ID) async throws {
        for (table, key) in [
            ("import_observation", "line"), ("import_media", "line"), ("import_deployment", "given_id"),
        ] {
            while try await clear(table, by: key, id) == Self.atOnce { try Task.checkCancellation() }
        }
    }

    /// Removes some rows of a table.
    ///
    /// - Returns: how many.
    func clear(_ table: String, by key: String, _ id: ImportRun.ID) async throws -> Int {
        try await database.write { tx in
            try await tx.execute(
                """
                DELETE FROM \(table) WHERE import_id = $1 AND \(key) IN (
                    SELECT \(key) FROM \(table) WHERE import_id = $1 LIMIT \(Self.atOnce)
                )
                """,
                [.id(id)]
            )
        }
    }

    // MARK: Writing

    /// - Returns: false for a key that came before.
    func insert(_ place: Place, of id: ImportRun.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO import_deployment (import_id, given_id, line, fields, state) VALUES ($1, $2, $3, $4, 'waiting')
            ON CONFLICT DO NOTHING
            """,
            [.id(id), .text(place.givenID), .integer(Int64(place.line)), .json(try JSON.encode(place.fields))]
        ) == 1
    }

    /// - Returns: false for a key that came before.
    func insert(
        _ medium: Medium,
        path: String?,
        name: String,
        otherName: String,
        of id: ImportRun.ID,
        in tx: Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO import_media (import_id, line, given_id, deployment, taken_at, path, name, other_name, fields, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting') ON CONFLICT DO NOTHING
            """,
            [
                .id(id), .integer(Int64(medium.line)), .text(medium.givenID), .text(medium.deployment),
                SQLValue(medium.takenAt), SQLValue(path), .text(name), .text(otherName),
                .json(try JSON.encode(medium.fields)),
            ]
        ) == 1
    }

    func insert(_ observation: Observation, of id: ImportRun.ID, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO import_observation (import_id, line, media, deployment, started_at, ended_at, fields)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .id(id), .integer(Int64(observation.line)), SQLValue(observation.media), .text(observation.deployment),
                SQLValue(observation.start), SQLValue(observation.end), .json(try JSON.encode(observation.fields)),
            ]
        )
    }

    func settle(
        _ place: Place,
        _ state: State,
        deployment: Deployment.ID?,
        camera: String,
        of id: ImportRun.ID,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            "UPDATE import_deployment SET state = $3, deployment_id = $4, camera = $5 WHERE import_id = $1 AND given_id = $2",
            [.id(id), .text(place.givenID), .text(state.rawValue), SQLValue(deployment), .text(camera)]
        )
    }

    func settle(
        line: Int,
        _ state: State,
        image: TrapImage.ID?,
        of id: ImportRun.ID,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            "UPDATE import_media SET state = $3, image_id = $4 WHERE import_id = $1 AND line = $2",
            [.id(id), .integer(Int64(line)), .text(state.rawValue), SQLValue(image)]
        )
    }

    // MARK: Looking things up

    func waitingPlaces(of id: ImportRun.ID, limit: Int) async throws -> [Place] {
        try await database.query(
            "SELECT * FROM import_deployment WHERE import_id = $1 AND state = 'waiting' ORDER BY line LIMIT \(limit)",
            [.id(id)]
        ).map(Place.init)
    }

    func place(_ givenID: String, of id: ImportRun.ID, in reader: DatabaseReader) async throws -> Place? {
        try await reader.first(
            "SELECT * FROM import_deployment WHERE import_id = $1 AND given_id = $2",
            [.id(id), .text(givenID)]
        ).map(Place.init)
    }

    /// When the pictures of a deployment were taken.
    func span(
        ofDeployment givenID: String,
        in id: ImportRun.ID
    ) async throws -> (first: Timestamp, last: Timestamp)? {
        let row = try await database.query(
            "SELECT min(taken_at) AS first, max(taken_at) AS last FROM import_media WHERE import_id = $1 AND deployment = $2",
            [.id(id), .text(givenID)]
        ).first
        guard let first: Timestamp = try row?["first"], let last: Timestamp = try row?["last"] else { return nil }
        return (first, last)
    }

    /// The rows that a file of the archive may belong to: those that name its path, else those that name it alone.
    func media(path: String, name: String, of id: ImportRun.ID) async throws -> [Medium] {
        // A package may lie in a folder of the archive.
        let parts = path.split(separator: "/")
        let paths = parts.indices.prefix(8).map { parts[$0...].joined(separator: "/") }
        let exact = try await database.query(
            """
            SELECT * FROM import_media WHERE import_id = $1
                AND path IN (\(paths.indices.map { "$\($0 + 2)" }.joined(separator: ", ")))
            ORDER BY length(path) DESC, line LIMIT 2
            """,
            [.id(id)] + paths.map { .text($0) }
        )
        if !exact.isEmpty { return try exact.map(Medium.init) }
        return try await database.query(
            """
            SELECT * FROM import_media WHERE import_id = $1 AND state = 'waiting' AND (name = $2 OR other_name = $2)
            ORDER BY line LIMIT 2
            """,
            [.id(id), .text(name)]
        ).map(Medium.init)
    }

    /// Rows in a state, after a line.
    func media(_ state: [State], after line: Int, of id: ImportRun.ID, limit: Int) async throws -> [Medium] {
        let states = state.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try await database.query(
            """
            SELECT * FROM import_media WHERE import_id = $1 AND line > $2 AND state IN (\(states)) ORDER BY line
            LIMIT \(limit)
            """,
            [.id(id), .integer(Int64(line))]
        ).map(Medium.init)
    }

    func count(_ table: String, _ state: State, of id: ImportRun.ID, in reader: DatabaseReader) async throws -> Int {
        try await reader.value(
            "SELECT count(*) FROM \(table) WHERE import_id = $1 AND state = $2",
            [.id(id), .text(state.rawValue)]
        )
    }

    func count(_ table: String, of id: ImportRun.ID, in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM \(table) WHERE import_id = $1", [.id(id)])
    }

    /// What is said of one picture.
    func observations(of media: String, in id: ImportRun.ID) async throws -> [Observation] {
        try await database.query(
            "SELECT * FROM import_observation WHERE import_id = $1 AND media = $2 ORDER BY line LIMIT 200",
            [.id(id), .text(media)]
        ).map(Observation.init)
    }

    /// What is said of the event that a moment of a deployment lies in.
    func events(of deployment: String, at moment: Timestamp, in id: ImportRun.ID) async throws -> [Observation] {
        try await database.query(
            """
            SELECT * FROM import_observation WHERE import_id = $1 AND media IS NULL AND deployment = $2
                AND started_at <= $3 AND ended_at >= $3 ORDER BY line LIMIT 200
            """,
            [.id(id), .text(deployment), .timestamp(moment)]
        ).map(Observation.init)
    }

    /// What is said of events, after a line.
    func events(after line: Int, of id: ImportRun.ID, limit: Int) async throws -> [Observation] {
        try await database.query(
            """
            SELECT * FROM import_observation WHERE import_id = $1 AND media IS NULL AND line > $2 ORDER BY line
            LIMIT \(limit)
            """,
            [.id(id), .integer(Int64(line))]
        ).map(Observation.init)
    }

    /// Lines of `table` that name something by `column` that is not in `other`.
    func strays(
        _ table: String,
        _ column: String,
        in other: String,
        of id: ImportRun.ID
    ) async throws -> [(line: Int, name: String)] {
        try await database.query(
            """
            SELECT line, \(column) AS name FROM \(table) AS here WHERE import_id = $1 AND \(column) <> '' AND NOT EXISTS (
                SELECT 1 FROM \(other) AS there WHERE there.import_id = $1 AND there.given_id = here.\(column)
            ) ORDER BY line LIMIT \(ImportReport.mostOfOneField + 1)
            """,
            [.id(id)]
        ).map { (line: try $0["line"], name: try $0["name"]) }
    }
}

extension StagedTables.Place {
    init(_ row: Row) throws {
        self.init(
            givenID: try row["given_id"],
            line: try row["line"],
            fields: try row.json("fields"),
            deployment: try row["deployment_id"],
            camera: try row["camera"]
        )
    }
}

extension StagedTables.Medium {
    init(_ row: Row) throws {
        self.init(
            line: try row["line"],
            givenID: try row["given_id"],
            deployment: try row["deployment"],
            takenAt: try row["taken_at"],
            fields: try row.json("fields"),
            isWaiting: try row["state", as: String.self] == StagedTables.State.waiting.rawValue,
            image: try row["image_id"]
        )
    }
}

extension StagedTables.Observation {
    init(_ row: Row) throws {
        self.init(
            line: try row["line"],
            media: try row["media"],
            deployment: try row["deployment"],
            start: try row["started_at"],
            end: try row["ended_at"],
            fields: try row.json("fields")
        )
    }
}
