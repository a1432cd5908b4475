/// How stored pixels must be turned to stand upright, numbered as EXIF does.
package enum Orientation: UInt8, Hashable, Sendable, CaseIterable {
    case up = 1, upMirrored, down, downMirrored, leftMirrored, right, rightMirrored, left

    /// True when width and height trade places.
    package var swapsSides: Bool { rawValue >= 5 }

    /// Where a stored pixel goes: upright x runs along `columnStep`, and so on.
    ///
    /// A pixel at stored (column, row) of a width x height picture lands at
    /// `origin + column * columnStep + row * rowStep` in the upright picture.
    func placement(width: Int, height: Int) -> Placement {
        let right = width - 1
        let bottom = height - 1
        return switch self {
        case .up: Placement(origin: (0, 0), column: (1, 0), row: (0, 1))
        case .upMirrored: Placement(origin: (right, 0), column: (-1, 0), row: (0, 1))
        case .down: Placement(origin: (right, bottom), column: (-1, 0), row: (0, -1))
        case .downMirrored: Placement(origin: (0, bottom), column: (1, 0), row: (0, -1))
        case .leftMirrored: Placement(origin: (0, 0), column: (0, 1), row: (1, 0))
        case .right: Placement(origin: (bottom, 0), column: (0, 1), row: (-1, 0))
        case .rightMirrored: Placement(origin: (bottom, right), column: (0, -1), row: (-1, 0))
        case .left: Placement(origin: (0, right), column: (0, -1), row: (1, 0))
        }
    }
}

/// An affine map by whole pixels, written as steps.
struct Placement {
    let origin: (x: Int, y: Int)
    let column: (x: Int, y: Int)
    let row: (x: Int, y: Int)

    /// The same steps as indices into a buffer with `width` pixels in a row.
    func strides(rowWidth width: Int) -> (origin: Int, column: Int, row: Int) {
        (origin.y * width + origin.x, column.y * width + column.x, row.y * width + row.x)
    }
}

extension Orientation {
    /// The stored position of an upright pixel.
    func stored(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        let steps = placement(width: width, height: height)
        let dx = x - steps.origin.x
        let dy = y - steps.origin.y
        return (dx * steps.column.x + dy * steps.column.y, dx * steps.row.x + dy * steps.row.y)
    }

    /// The stored part that shows as this upright part.
    func stored(_ part: Rectangle, width: Int, height: Int) -> Rectangle {
        let steps = placement(width: width, height: height)
        let horizontal = (start: part.x, length: part.width)
        let vertical = (start: part.y, length: part.height)
        let (along, down) = swapsSides ? (vertical, horizontal) : (horizontal, vertical)
        let columnsRun = steps.column.x + steps.column.y > 0
        let rowsRun = steps.row.x + steps.row.y > 0
        return Rectangle(
            x: columnsRun ? along.start : Double(width) - along.start - along.length,
            y: rowsRun ? down.start : Double(height) - down.start - down.length,
            width: along.length,
            height: down.length
        )
    }
}
