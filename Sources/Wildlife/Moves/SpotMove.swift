import Core

/// Finds in what a camera's pictures say the first place where it has come to hang and is not known to.
struct SpotMove: Sendable {
    /// What one picture says.
    struct Fix: Hashable, Sendable {
        let point: GeoPoint
        let at: Timestamp
    }

    struct Place: Hashable, Sendable {
        let point: GeoPoint
        let firstAt: Timestamp
        let lastAt: Timestamp
        let images: Int
    }

    /// Places within so many metres of one another are one place: GPS is no better below trees.
    let tolerance: Double

    /// One picture, or two, may be an error of the receiver.
    static let agreement = 3
    /// Pictures that agree follow one another this closely.
    private static let window = 50

    /// Only what came after the last picture of a known place counts: until then the camera was at home.
    ///
    /// `fixes` are in the order of their times. `stale` is what the camera wrote before it came to hang where it is known to:
    /// until it writes something else it has not looked anew, or somebody typed that into its menu.
    func callAsFunction(_ fixes: [Fix], known: [GeoPoint], stale: GeoPoint? = nil) -> Place? {
        var fresh = fixes.drop { $0.point == stale }
        if let home = fresh.lastIndex(where: { fix in known.contains { isNear($0, fix.point) } }) {
            fresh = fresh[(home + 1)...]
        }
        for index in fresh.indices {
            let first = fresh[index]
            let agreeing = fresh[index...].prefix(Self.window).filter { isNear(first.point, $0.point) }
            guard agreeing.count >= Self.agreement else { continue }
            let point = median(of: agreeing.map(\.point), around: first.point)
            // Only then is all of the rest looked at, which may be much.
            guard agreeing.count(where: { isNear(point, $0.point) }) >= Self.agreement else { continue }
            let there = fresh[index...].filter { isNear(point, $0.point) }
            guard let earliest = there.first, let latest = there.last else { continue }
            return Place(point: point, firstAt: earliest.at, lastAt: latest.at, images: there.count)
        }
        return nil
    }

    func isNear(_ one: GeoPoint, _ other: GeoPoint) -> Bool { one.metres(to: other) <= tolerance }

    /// Of degrees from a place among them, since at 180° east begins the west.
    private func median(of points: [GeoPoint], around origin: GeoPoint) -> GeoPoint {
        let north = points.map(\.latitude).sorted()[points.count / 2]
        let east = points.map { ($0.longitude - origin.longitude).wrapped }.sorted()[points.count / 2]
        return GeoPoint(latitude: north.roundedDegrees, longitude: (origin.longitude + east).wrapped.roundedDegrees)
            ?? origin
    }
}

extension Double {
    /// Degrees from -180 to 180.
    fileprivate var wrapped: Double { self > 180 ? self - 360 : self < -180 ? self + 360 : self }

    /// To a tenth of a metre: the rest is noise.
    fileprivate var roundedDegrees: Double { (self * 1_000_000).rounded() / 1_000_000 }
}
