import Accounts
import Core
import Database

/// Where and when each camera watched, as Camtrap DP needs it: every picture belongs to a deployment with a place.
///
/// A camera that is nowhere said to be deployed counts as one deployment over the time of its pictures, if it has a place.
struct CamtrapDeployments: Sendable {
    struct Entry: Sendable {
        let id: String
        let location: GeoPoint
        let site: Site?
        let camera: Camera
        let start: Timestamp
        let end: Timestamp
        let notes: String
    }

    let entries: [Entry]
    private let known: Set<String>

    /// `nil` for a picture that lies nowhere.
    func id(of image: TrapImage) -> String? {
        if let deployment = image.deployment, known.contains(deployment.description) { return deployment.description }
        guard let camera = image.camera else { return nil }
        let stand = Self.standIn(camera)
        return image.deployment == nil && known.contains(stand) ? stand : nil
    }

    private static func standIn(_ camera: Camera.ID) -> String { "camera-\(camera)" }

    /// Those of the filter's pictures.
    static func load(
        _ filter: ImageFilter,
        from database: Database,
        at now: Timestamp
    ) async throws -> CamtrapDeployments {
        let source = filter.pictures
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
                guard let location = deployment?.location ?? camera.location ?? site?.location else { continue }
                let earliest: Timestamp = try span["earliest"]
                let latest: Timestamp = try span["latest"]
                entries.append(
                    Entry(
                        id: deployment?.id.description ?? standIn(camera.id),
                        location: location,
                        site: site,
                        camera: camera,
                        start: deployment?.startedAt ?? earliest,
                        end: deployment.map { $0.endedAt ?? max(now, latest) } ?? latest,
                        notes: deployment?.notes ?? ""
                    )
                )
            }
            return CamtrapDeployments(entries: entries)
        }
    }

    private init(entries: [Entry]) {
        self.entries = entries
        known = Set(entries.map(\.id))
    }

    var table: String {
        entries.reduce(into: CSVLine.text(CamtrapTables.deployments)) { table, entry in
            table += CamtrapTables.line(
                CamtrapTables.deployments,
                [
                    "deploymentID": entry.id, "locationID": entry.site?.id.description,
                    "locationName": entry.site?.name,
                    "latitude": "\(entry.location.latitude)", "longitude": "\(entry.location.longitude)",
                    "deploymentStart": CamtrapTables.time(entry.start), "deploymentEnd": CamtrapTables.time(entry.end),
                    "cameraID": entry.camera.code,
                    "cameraModel": [entry.camera.make, entry.camera.model].compactMap(\.self).joined(separator: "-"),
                    "deploymentComments": entry.notes,
                ]
            )
        }
    }
}
