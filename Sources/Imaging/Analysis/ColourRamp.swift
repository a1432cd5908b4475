/// Colours for numbers from 0 to 1.
package enum ColourRamp {
    /// From black over purple and orange to pale yellow.
    ///
    /// Brightness grows evenly, so that it reads without colour vision and in print. Five stops of Matplotlib's
    /// `inferno` (CC0) with straight lines between them.
    package static func inferno(_ value: Float) -> SIMD3<Float> {
        let position = min(max(value, 0), 1) * Float(stops.count - 1)
        let lower = min(Int(position), stops.count - 2)
        let share = position - Float(lower)
        return stops[lower] * (1 - share) + stops[lower + 1] * share
    }

    private static let stops: [SIMD3<Float>] = [
        [0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164],
    ]
}
