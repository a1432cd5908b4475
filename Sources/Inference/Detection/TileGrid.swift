package import Imaging

/// The parts into which a large picture is divided, so that a small animal on it keeps its pixels.
package struct TileGrid: Hashable, Sendable {
    /// The share of a tile that its neighbour shows too: what is smaller than that lies whole in one of them.
    private static let overlap = 0.2
    /// A picture that is shrunk by less than this for the model is not large.
    private static let leastShrinking = 2.0

    let columns: Int
    let rows: Int

    /// The grid of at most so many tiles that shows most detail; `nil` where tiles would show hardly more than the whole.
    ///
    /// - Parameters:
    ///   - width: of the upright picture as it is stored, in pixels.
    ///   - height: the same.
    ///   - input: of the model that looks at them.
    ///   - most: so many tiles.
    package init?(width: Int, height: Int, for input: DetectorPackage.Input, most: Int) {
        guard most > 1 else { return nil }
        func scale(_ columns: Int, _ rows: Int) -> Double {
            let wide = Double(input.width) / (Double(width) * Self.share(of: columns))
            let high = Double(input.height) / (Double(height) * Self.share(of: rows))
            // A picture has no more detail than its pixels.
            return min(wide, high, 1)
        }
        guard scale(1, 1) * Self.leastShrinking <= 1 else { return nil }
        var best = (columns: 1, rows: 1)
        for columns in 1...most {
            for rows in 1...max(1, most / columns) {
                let (gain, former) = (scale(columns, rows), scale(best.columns, best.rows))
                let isSmaller = columns * rows < best.columns * best.rows
                if gain > former + 1e-9 || (abs(gain - former) <= 1e-9 && isSmaller) { best = (columns, rows) }
            }
        }
        guard best.columns * best.rows > 1 else { return nil }
        (columns, rows) = best
    }

    /// The share of a side that each of so many tiles in a line takes.
    private static func share(of count: Int) -> Double { 1 / (Double(count) - Double(count - 1) * overlap) }

    /// Row by row.
    package var tiles: [Region] {
        let (wide, high) = (Self.share(of: columns), Self.share(of: rows))
        return (0..<rows).flatMap { row in
            (0..<columns).compactMap { column in
                Region(
                    x: Double(column) * wide * (1 - Self.overlap),
                    y: Double(row) * high * (1 - Self.overlap),
                    width: wide,
                    height: high
                )
            }
        }
    }
}
