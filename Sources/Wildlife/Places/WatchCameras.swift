import Core
import Database
import ObjectStore
import Observations

/// Tells other features how cameras are, and hands them pictures that everybody may see.
struct WatchCameras: CameraWatch {
    let images: ImageStore
    let cameras: CameraStore
    let sites: SiteStore
    let objects: any ObjectStore
    let sensitive: SensitivePlaces

    private static let pictureLimit: Int64 = 2 << 20

    func cameras() async throws -> [WatchedCamera] {
        try await cameras.all().map { camera in
            WatchedCamera(
                camera: CameraReference(camera),
                site: camera.site?.uuid,
                addedAt: camera.createdAt,
                lastContactAt: camera.lastContactAt,
                batteryPercent: camera.condition.batteryPercent
            )
        }
    }

    func hasSite(_ id: UUIDv7) async throws -> Bool {
        try await sites.database.read { try await sites.site(Site.ID(id), in: $0) != nil }
    }

    func picture(of image: UUIDv7) async throws -> [UInt8]? {
        let image = try await images.database.read { try await images.image(TrapImage.ID(image), in: $0) }
        guard let key = image?.thumbnailKey(showingBystanders: false) else { return nil }
        return try await objects.bytes(of: ObjectKey(key), limit: Self.pictureLimit)
    }

    func openPlace(of camera: UUIDv7, at place: Coordinates) async throws -> Coordinates? {
        let point = GeoPoint(latitude: place.latitude, longitude: place.longitude)
        return try await sensitive.veil()(point, of: Camera.ID(camera)).map(Coordinates.init)
    }

    func links(
        to images: [UUIDv7],
        in sites: Set<UUIDv7>?,
        showingBystanders: Bool
    ) async throws -> [UUIDv7: String] {
        let links = ImageLinks(objects: objects)
        var found: [UUIDv7: String] = [:]
        for image in try await self.images.images(images.map { TrapImage.ID($0) }) {
            guard sites == nil || image.site.map({ sites?.contains($0.uuid) == true }) ?? false else { continue }
            found[image.id.uuid] = try await links(image.thumbnailKey(showingBystanders: showingBystanders))
        }
        return found
    }

    func confidences(ofLast count: Int) async throws -> [Double] { try await images.confidences(ofLast: count) }
}

extension CameraReference {
    init(_ camera: Camera) {
        self.init(
            id: camera.id.uuid,
            code: camera.code,
            name: camera.name,
            place: camera.location.map(Coordinates.init)
        )
    }
}

extension Coordinates {
    init(_ point: GeoPoint) { self.init(latitude: point.latitude, longitude: point.longitude) }
}
