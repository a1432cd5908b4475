/// Which part of the upright picture is meant.
package enum Crop: Hashable, Sendable {
    case whole
    /// The largest square in the middle.
    case centreSquare
    case region(Region)
    /// The smallest square around the region, moved inside the picture; no larger than its shorter side.
    case square(around: Region)

    /// The part in pixels of a picture of this size.
    package func rectangle(width: Int, height: Int) -> Rectangle {
        switch self {
        case .whole:
            return Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
        case .centreSquare:
            let side = min(width, height)
            return Rectangle(
                x: Double((width - side) / 2),
                y: Double((height - side) / 2),
                width: Double(side),
                height: Double(side)
            )
        case .region(let region):
            return region.rectangle(width: width, height: height)
        case .square(let region):
            let inner = region.rectangle(width: width, height: height)
            let side = min(max(inner.width, inner.height), Double(min(width, height)))
            let x = min(max(inner.x + (inner.width - side) / 2, 0), Double(width) - side)
            let y = min(max(inner.y + (inner.height - side) / 2, 0), Double(height) - side)
            return Rectangle(x: x, y: y, width: side, height: side)
        }
    }
}

/// A part of a picture in fractions of its upright sides.
package struct Region: Hashable, Sendable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    /// `nil` unless it lies inside the picture and is not empty.
    package init?(x: Double, y: Double, width: Double, height: Double) {
        let slack = 1e-6  // sums of fractions that were rounded for transport
        guard x.isFinite, y.isFinite, width.isFinite, height.isFinite, x >= 0, y >= 0, width > 0, height > 0,
            x + width <= 1 + slack, y + height <= 1 + slack
        else { return nil }
        self.x = x
        self.y = y
        self.width = min(width, 1 - x)
        self.height = min(height, 1 - y)
        guard self.width > 0, self.height > 0 else { return nil }
    }

    /// At least one pixel wide and high.
    func rectangle(width: Int, height: Int) -> Rectangle {
        let wide = max(self.width * Double(width), min(1, Double(width)))
        let high = max(self.height * Double(height), min(1, Double(height)))
        return Rectangle(
            x: min(x * Double(width), Double(width) - wide),
            y: min(y * Double(height), Double(height) - high),
            width: wide,
            height: high
        )
    }
}

/// A part of a picture in pixels; edges may fall inside a pixel.
package struct Rectangle: Hashable, Sendable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double
}
