import Accounts
import Core
import Database
import HTTPServer
import Observations

/// Knows the cameras that saw a species whose places are told roughly, such as one that is poached.
struct SensitivePlaces: Sendable {
    let database: Database

    /// What somebody learns of places who does not look after cameras.
    func veil() async throws -> PlaceVeil {
        let sql = """
            SELECT DISTINCT image_species.camera_id, image_species.site_id FROM image_species
            JOIN species_rule ON image_species.species IN (species_rule.name, species_rule.becomes)
            WHERE species_rule.is_sensitive
            """
        let rows = try await database.read { try await $0.query(sql) }
        return PlaceVeil(
            cameras: Set(try rows.compactMap { try $0["camera_id"] }),
            sites: Set(try rows.compactMap { try $0["site_id"] })
        )
    }

    func veil(for filter: ImageFilter) async throws -> PlaceVeil { filter.seesPlaces ? .none : try await veil() }

    func veil(for request: Request) async throws -> PlaceVeil { request.seesPlaces ? .none : try await veil() }
}

extension Request {
    /// Whether the caller learns exactly where sensitive species live.
    var seesPlaces: Bool { caller?.permissions.contains(.cameras) ?? false }
}

/// Cameras and sites whose places are told roughly.
struct PlaceVeil: Sendable {
    let cameras: Set<Camera.ID>
    let sites: Set<Site.ID>

    static let none = PlaceVeil(cameras: [], sites: [])

    func covers(_ image: TrapImage) -> Bool { image.camera.map(cameras.contains) ?? false }

    /// How far a place that is told roughly may lie from the place that is meant, in metres.
    static let uncertainty = 8_000

    func callAsFunction(_ point: GeoPoint?, of camera: Camera.ID) -> GeoPoint? {
        cameras.contains(camera) ? point?.coarse : point
    }

    func callAsFunction(_ camera: Camera) -> Camera {
        var veiled = camera
        veiled.location = self(camera.location, of: camera.id)
        return veiled
    }

    func callAsFunction(_ site: Site) -> Site {
        guard sites.contains(site.id) else { return site }
        var site = site
        site.location = site.location?.coarse
        return site
    }

    func callAsFunction(_ deployment: Deployment) -> Deployment {
        var veiled = deployment
        veiled.location = self(deployment.location, of: deployment.camera)
        if cameras.contains(deployment.camera) { veiled.notes = "" }
        return veiled
    }
}

extension GeoPoint {
    /// The place as everybody may know it; what cannot be made coarse is not told.
    fileprivate var coarse: GeoPoint? {
        CoarseLocation(latitude: latitude, longitude: longitude).flatMap {
            GeoPoint(latitude: $0.latitude, longitude: $0.longitude)
        }
    }
}
