import Core
import Glibc
import HTTPServer

/// A place on Earth, in degrees north and east (WGS 84).
struct GeoPoint: Hashable, Sendable {
    let latitude: Double
    let longitude: Double

    /// `nil` for what is no place on Earth.
    init?(latitude: Double, longitude: Double) {
        guard latitude.isFinite, longitude.isFinite, (-90...90).contains(latitude), (-180...180).contains(longitude)
        else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// `nil` unless both are there.
    init?(_ latitude: Double?, _ longitude: Double?) {
        guard let latitude, let longitude else { return nil }
        self.init(latitude: latitude, longitude: longitude)
    }

    /// As the crow flies, on a globe.
    func metres(to other: GeoPoint) -> Double {
        let radians = Double.pi / 180
        let north = sin((other.latitude - latitude) * radians / 2)
        let east = sin((other.longitude - longitude) * radians / 2)
        let chord = north * north + cos(latitude * radians) * cos(other.latitude * radians) * east * east
        return 2 * 6_371_009 * asin(min(1, chord.squareRoot()))
    }
}

/// A GeoJSON point.
struct PointAnswer: APIValue {
    let type: Kind
    let coordinates: [Double]
    static let notes = ["coordinates": "Degrees east, then degrees north."]

    enum Kind: String, Codable, CaseIterable, Sendable { case point = "Point" }

    init(_ point: GeoPoint) {
        type = .point
        coordinates = [point.longitude, point.latitude]
    }

    /// - Throws: a 422 for what is no place on Earth.
    func point() throws -> GeoPoint {
        guard coordinates.count >= 2, let point = GeoPoint(latitude: coordinates[1], longitude: coordinates[0]) else {
            throw Problem.unprocessable(
                ["body", "location", "coordinates"],
                "takes degrees east from -180 to 180, then degrees north from -90 to 90"
            )
        }
        return point
    }
}
