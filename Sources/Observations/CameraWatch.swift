package import Core

/// A camera as others speak of it.
package struct CameraReference: Hashable, Codable, Sendable {
    package let id: UUIDv7
    package let code: String
    /// Empty where nobody gave one.
    package let name: String
    package let place: Coordinates?

    package init(id: UUIDv7, code: String, name: String, place: Coordinates?) {
        self.id = id
        self.code = code
        self.name = name
        self.place = place
    }

    /// What people call it.
    package var title: String { name.isEmpty ? code : name }
}

/// Where something is, as exactly as is known.
package struct Coordinates: Hashable, Codable, Sendable {
    package let latitude: Double
    package let longitude: Double

    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// How a camera is.
package struct WatchedCamera: Sendable {
    package let camera: CameraReference
    package let site: UUIDv7?
    package let addedAt: Timestamp
    /// `nil` for one that was never heard of.
    package let lastContactAt: Timestamp?
    /// `nil` for one that never said.
    package let batteryPercent: Int?

    package init(
        camera: CameraReference,
        site: UUIDv7?,
        addedAt: Timestamp,
        lastContactAt: Timestamp?,
        batteryPercent: Int?
    ) {
        self.camera = camera
        self.site = site
        self.addedAt = addedAt
        self.lastContactAt = lastContactAt
        self.batteryPercent = batteryPercent
    }
}

/// What alerts ask of camera traps and their pictures.
package protocol CameraWatch: Sendable {
    func cameras() async throws -> [WatchedCamera]
    func hasSite(_ id: UUIDv7) async throws -> Bool

    /// A small JPEG of a picture for everybody's eyes: people and vehicles cannot be recognised on it.
    ///
    /// `nil` when there is none.
    func picture(of image: UUIDv7) async throws -> [UInt8]?

    /// A camera's place as everybody may know it: roughly where species were seen whose places are not told.
    func openPlace(of camera: UUIDv7, at place: Coordinates) async throws -> Coordinates?

    /// Links to small pictures that are good for an hour, for those that belong to these sites; `nil` stands for all sites.
    func links(
        to images: [UUIDv7],
        in sites: Set<UUIDv7>?,
        showingBystanders: Bool
    ) async throws -> [UUIDv7: String]

    /// How sure the surest finding was on each of the newest pictures that something was found on.
    func confidences(ofLast count: Int) async throws -> [Double]
}
