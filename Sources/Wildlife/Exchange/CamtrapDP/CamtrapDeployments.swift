import Accounts
import Core
import Database

/// Where and when each camera watched, as Camtrap DP needs it: every picture belongs to a deployment with a place.
///
/// A camera that is nowhere said to be deployed counts as one deployment over the time of its pictures, if it has a place.
struct CamtrapDeployments: Sendable {
    struct Entry: Sendable {
        /// What pictures name it by in the database.
        let key: String
        /// `nil` for a camera without deployments.
        let deployment: Deployment?
        let location: GeoPoint
        /// Whether the place is told roughly.
        let isVeiled: Bool
        let site: Site?
        let camera: Camera
        let start: Timestamp
        let end: Timestamp
        let origin: OriginStore.OfDeployment?

        /// The key that it goes out under.
        var id: String { origin?.shownAs ?? key }
    }

    let entries: [Entry]
    /// Whether there are pictures that lie nowhere.
    let leavesOut: Bool
    private let known: [String: Entry]

    /// `nil` for a picture that lies nowhere.
    func id(of image: TrapImage) -> String? {
        entry(of: image)?.id
    }

    func location(of image: TrapImage) -> GeoPoint? { entry(of: image)?.location }

    func entry(of image: TrapImage) -> Entry? {
        if let deployment = image.deployment { return known[deployment.description] }
        return image.camera.flatMap { known[Self.standIn($0)] }
    }

    private static func standIn(_ camera: Camera.ID) -> String { "camera-\(camera)" }

    /// Those of the filter's pictures.
    static func load(
        _ filter: ImageFilter,
        from database: Database,
        at now: Timestamp
    ) async throws -> CamtrapDeployments {
        let source = filter.pictures
        let veil = try await SensitivePlaces(database: database).veil(for: filter)
        return try await database.read { reader in
            let spans = try await reader.query(
                """
                SELECT image.deployment_id AS deployment_id, image.camera_id AS camera_id,
                    min(image.captured_at) AS earliest, max(image.captured_at) AS latest
                FROM \(source.tables)\(source.conditions.text)
                GROUP BY image.deployment_id, image.camera_id
                """,
                source.conditions.values
            )
            let (sites, cameras, deployments) = (
                SiteStore(database: database), CameraStore(database: database), DeploymentStore(database: database)
            )
            let origins = OriginStore()
            var entries: [Entry] = []
            for span in spans {
                guard let key: Camera.ID = try span["camera_id"], let camera = try await cameras.camera(key, in: reader)
                else { continue }
                var deployment: Deployment?
                if let id: Deployment.ID = try span["deployment_id"] {
                    deployment = try await deployments.deployment(id, in: reader)
                }
                var site: Site?
                if let id = deployment?.site ?? camera.site { site = try await sites.site(id, in: reader) }
                let exact = deployment?.location ?? camera.location ?? site?.location
                guard let location = veil(exact, of: camera.id) else { continue }
                let earliest: Timestamp = try span["earliest"]
                let latest: Timestamp = try span["latest"]
                entries.append(
                    Entry(
                        key: deployment?.id.description ?? standIn(camera.id),
                        deployment: deployment,
                        location: location,
                        isVeiled: veil.cameras.contains(camera.id),
                        site: site,
                        camera: camera,
                        start: deployment?.startedAt ?? earliest,
                        end: deployment.map { $0.endedAt ?? max(now, latest) } ?? latest,
                        origin: try await origin(of: deployment, origins, in: reader)
                    )
                )
            }
            return CamtrapDeployments(entries: entries, leavesOut: entries.count < spans.count)
        }
    }

    private static func origin(
        of deployment: Deployment?,
        _ origins: OriginStore,
        in reader: DatabaseReader
    ) async throws -> OriginStore.OfDeployment? {
        guard let deployment else { return nil }
        return try await origins.of(deployment.id, in: reader)
    }

    private init(entries: [Entry], leavesOut: Bool) {
        self.entries = entries
        self.leavesOut = leavesOut
        known = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
    }

    var table: String {
        entries.reduce(into: CamtrapTables.head(CamtrapTables.deployments)) { table, entry in
            table += CamtrapTables.line(CamtrapTables.deployments, entry.fields)
        }
    }
}

extension CamtrapDeployments.Entry {
    /// What is known here, beside what the package said of it that it came in.
    fileprivate var fields: [String: String?] {
        let given = isVeiled ? [:] : origin?.fields ?? [:]
        var fields = given
        fields["deploymentID"] = id
        fields["locationID"] = given["locationID"] ?? site?.id.description
        fields["locationName"] = site?.name ?? given["locationName"]
        fields["latitude"] = Self.number(location.latitude, given["latitude"])
        fields["longitude"] = Self.number(location.longitude, given["longitude"])
        fields["coordinateUncertainty"] = uncertainty
        fields["deploymentStart"] = Self.time(start, given["deploymentStart"])
        fields["deploymentEnd"] = Self.time(end, given["deploymentEnd"])
        fields["cameraID"] = given["cameraID"] ?? camera.code
        let model = [camera.make, camera.model].compactMap(\.self).joined(separator: "-")
        fields["cameraModel"] = given["cameraModel"] ?? model
        fields["deploymentComments"] = isVeiled ? "" : deployment?.notes ?? ""
        return fields.mapValues { $0 }
    }

    /// In metres, where it is known.
    var uncertainty: String? { isVeiled ? "\(PlaceVeil.uncertainty)" : origin?.fields["coordinateUncertainty"] }

    /// As it was written, if it is the same.
    private static func number(_ number: Double, _ given: String?) -> String {
        if let given, Double(given) == number { return given }
        return "\(number)"
    }

    /// As it was written, if it is the same, or a second earlier: our deployments end before their end.
    private static func time(_ moment: Timestamp, _ given: String?) -> String {
        guard let given, let time = Timestamp(given), time == moment || time + .seconds(1) == moment else {
            return CamtrapTables.time(moment)
        }
        return given
    }
}
