import Accounts
import Core
import Database
import HTTPServer
import Observations

/// Knows the cameras that saw a species whose places are told roughly, such as one that is poached.
struct SensitivePlaces: Sendable {
    private let rules: SpeciesRuleStore

    init(database: Database) { rules = SpeciesRuleStore(database: database) }

    /// What somebody learns of places who does not look after cameras.
    func veil() async throws -> PlaceVeil {
        let seen = try await rules.sensitivePlaces()
        return PlaceVeil(cameras: Set(seen.compactMap(\.camera)), sites: Set(seen.compactMap(\.site)))
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

    func callAsFunction(_ point: GeoPoint?, of site: Site.ID) -> GeoPoint? {
        sites.contains(site) ? point?.coarse : point
    }

    func callAsFunction(_ camera: Camera) -> Camera {
        var veiled = camera
        veiled.location = self(camera.location, of: camera.id)
        return veiled
    }

    func callAsFunction(_ site: Site) -> Site {
        var veiled = site
        veiled.location = self(site.location, of: site.id)
        return veiled
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
