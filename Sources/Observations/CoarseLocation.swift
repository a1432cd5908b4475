/// A place so roughly that it tells the weather and not the garden: to a tenth of a degree, about 11 km from north to south.
///
/// Whatever stores where something was seen stores this, unless the person agreed to more.
package struct CoarseLocation: Hashable, Sendable, Codable {
    /// Degrees north, -90…90.
    package let latitude: Double
    /// Degrees east, -180..<180.
    package let longitude: Double

    /// `nil` for what is no place on Earth.
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = Self.rounded(latitude)
        let rounded = Self.rounded(longitude)
        // Two names of one line.
        self.longitude = rounded == 180 ? -180 : rounded
    }

    /// Never a negative zero, so that equal places are written alike.
    private static func rounded(_ degrees: Double) -> Double { (degrees * 10).rounded() / 10 + 0 }
}
