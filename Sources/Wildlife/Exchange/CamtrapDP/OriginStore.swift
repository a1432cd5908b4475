import Accounts
import Core
import Database

/// Keeps what packages said of themselves, and of deployments, pictures and events beyond what is modelled, in the tables
/// `package_origin`, `deployment_origin`, `image_origin` and `event_origin`: what came goes out again as it came, as long as
/// nobody has said otherwise.
struct OriginStore: Sendable {
    /// What a package said of a deployment.
    struct OfDeployment: Sendable {
        /// The key that it goes out under; `nil` where that is another's.
        let shownAs: String?
        let fields: [String: String]
        /// The package that it came with the last time; `nil` where nobody wrote it down.
        let package: String?
    }

    /// What a package said of a picture.
    struct OfImage: Sendable {
        let name: GivenName
        let shownAs: String?
        let fields: [String: String]
        let observations: [[String: String]]
        /// The word that was made of the observations, if people had said them.
        let review: Review.ID?
    }

    // MARK: Deployments

    func deployment(_ name: GivenName, in reader: DatabaseReader) async throws -> Deployment.ID? {
        try await reader.first(
            "SELECT deployment_id FROM deployment_origin WHERE dataset = $1 AND given_id = $2",
            [.text(name.dataset), .text(name.givenID)]
        )?["deployment_id"]
    }

    func insert(
        _ name: GivenName,
        _ fields: [String: String],
        of deployment: Deployment.ID,
        in tx: Transaction
    ) async throws {
        let isTaken = try await isShown(name.givenID, in: "deployment_origin", tx)
        try await tx.execute(
            """
            INSERT INTO deployment_origin (deployment_id, dataset, given_id, shown_as, fields) VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .id(deployment), .text(name.dataset), .text(name.givenID), isTaken ? .null : .text(name.givenID),
                .json(try JSON.encode(fields)),
            ]
        )
    }

    func of(_ deployment: Deployment.ID, in reader: DatabaseReader) async throws -> OfDeployment? {
        try await reader.first(
            "SELECT shown_as, fields, package_name FROM deployment_origin WHERE deployment_id = $1",
            [.id(deployment)]
        ).map { row in
            OfDeployment(
                shownAs: try row["shown_as"],
                fields: try row.json("fields"),
                package: try row["package_name"]
            )
        }
    }

    /// A deployment that came in no package stays without.
    func setPackage(_ name: String, of deployment: Deployment.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE deployment_origin SET package_name = $2 WHERE deployment_id = $1",
            [.id(deployment), .text(name)]
        )
    }

    // MARK: Packages

    /// What a package says of itself now takes the place of what it said before.
    func insert(_ origin: PackageOrigin, named name: String, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO package_origin (name, fields) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET fields = excluded.fields
            """,
            [.text(name), .json(try JSON.encode(origin))]
        )
    }

    /// By their names.
    func packages(_ names: [String], in reader: DatabaseReader) async throws -> [String: PackageOrigin] {
        let rows = try await reader.query(
            "SELECT name, fields FROM package_origin WHERE name = ANY($1)",
            [.array(names.map { .text($0) })]
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["name"], try $0.json("fields")) })
    }

    private func isShown(_ name: String, in table: String, _ tx: Transaction) async throws -> Bool {
        try await tx.first("SELECT 1 AS one FROM \(table) WHERE shown_as = $1", [.text(name)]) != nil
    }

    // MARK: Pictures

    func image(_ name: GivenName, in reader: DatabaseReader) async throws -> TrapImage.ID? {
        try await reader.first(
            "SELECT image_id FROM image_origin WHERE dataset = $1 AND given_id = $2",
            [.text(name.dataset), .text(name.givenID)]
        )?["image_id"]
    }

    /// A picture that has one, or whose name is another's, keeps what it has.
    func insert(_ name: GivenName, _ fields: [String: String], of image: TrapImage.ID, in tx: Transaction) async throws
    {
        let isTaken = try await isShown(name.givenID, in: "image_origin", tx)
        try await tx.execute(
            """
            INSERT INTO image_origin (image_id, dataset, given_id, shown_as, fields, observations)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """,
            [
                .id(image), .text(name.dataset), .text(name.givenID), isTaken ? .null : .text(name.givenID),
                .json(try JSON.encode(fields)), .json(Array("[]".utf8)),
            ]
        )
    }

    func of(_ images: [TrapImage.ID], in reader: DatabaseReader) async throws -> [TrapImage.ID: OfImage] {
        let placeholders = images.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try await reader.query(
            "SELECT * FROM image_origin WHERE image_id IN (\(placeholders))",
            images.map { .id($0) }
        )
        var origins: [TrapImage.ID: OfImage] = [:]
        for row in rows { origins[try row["image_id"]] = try OfImage(row) }
        return origins
    }

    /// Puts what is said of a picture in the place of what was said before.
    func setObservations(
        _ observations: [[String: String]],
        review: Review.ID?,
        of image: TrapImage.ID,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            "UPDATE image_origin SET observations = $2, review_id = $3 WHERE image_id = $1",
            [.id(image), .json(try JSON.encode(observations)), SQLValue(review)]
        )
    }

    // MARK: Events

    /// One that came before stays as it is.
    func insert(
        event observation: StagedTables.Observation,
        of deployment: Deployment.ID,
        in tx: Transaction
    ) async throws {
        guard let start = observation.start, let end = observation.end else { return }
        try await tx.execute(
            """
            INSERT INTO event_origin (deployment_id, given_id, started_at, ended_at, fields) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """,
            [
                .id(deployment), .text(observation.fields["observationID"] ?? "line \(observation.line)"),
                .timestamp(start), .timestamp(end), .json(try JSON.encode(observation.fields)),
            ]
        )
    }

    /// What was said of a deployment's events that a picture of the filter lies in.
    func events(
        of deployment: Deployment.ID,
        showing filter: ImageFilter,
        after name: String,
        limit: Int,
        in reader: DatabaseReader
    ) async throws -> [(givenID: String, fields: [String: String])] {
        let source = filter.pictures
        var conditions = source.conditions
        conditions.demand(.id(deployment)) { "image.deployment_id = \($0)" }
        let count = conditions.values.count
        let order = reader.engine.bytes(of: "event.given_id")
        let rows = try await reader.query(
            """
            SELECT given_id, fields FROM event_origin AS event
            WHERE deployment_id = $\(count + 1) AND \(order) > $\(count + 2) AND EXISTS (
                SELECT 1 FROM \(source.tables)\(conditions.text)
                    AND \(source.time) >= event.started_at AND \(source.time) <= event.ended_at
            ) ORDER BY \(order) LIMIT \(limit)
            """,
            conditions.values + [.id(deployment), .text(name)]
        )
        return try rows.map { (givenID: try $0["given_id"], fields: try $0.json("fields")) }
    }
}

extension OriginStore.OfImage {
    init(_ row: Row) throws {
        self.init(
            name: GivenName(try row["given_id"], in: try row["dataset"]),
            shownAs: try row["shown_as"],
            fields: try row.json("fields"),
            observations: try row.json("observations"),
            review: try row["review_id"]
        )
    }
}
