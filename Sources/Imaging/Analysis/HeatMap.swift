/// A coarse grid that says where a model looked.
package struct HeatMap: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    /// From 0 to 1, row by row.
    package let values: [Float]

    /// Scales the values so that the highest becomes 1; what is negative or not a number becomes 0.
    package init(columns: Int, rows: Int, values: [Float]) {
        precondition(columns > 0 && rows > 0 && values.count == columns * rows, "one value for each cell")
        self.columns = columns
        self.rows = rows
        let positive = values.map { $0.isFinite ? max($0, 0) : 0 }
        let highest = positive.max() ?? 0
        self.values = highest > 0 ? positive.map { $0 / highest } : positive
    }

    /// Between the centres of cells bilinear, outside them as at the edge; `u` and `v` run from 0 to 1.
    package func value(u: Float, v: Float) -> Float {
        let x = min(max(u * Float(columns) - 0.5, 0), Float(columns - 1))
        let y = min(max(v * Float(rows) - 0.5, 0), Float(rows - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, columns - 1), min(top + 1, rows - 1))
        let (across, down) = (x - Float(left), y - Float(top))
        let upper = values[top * columns + left] * (1 - across) + values[top * columns + right] * across
        let lower = values[bottom * columns + left] * (1 - across) + values[bottom * columns + right] * across
        return upper * (1 - down) + lower * down
    }

    /// Lays the map over the part of the photo that the model saw.
    ///
    /// Cold cells stay transparent, so that the photo shows; hot ones reach `opacity`.
    package func overlay(on picture: Picture, crop: Crop = .centreSquare, opacity: Float = 0.7) -> Picture {
        let photo = picture.upright()
        let part = crop.rectangle(width: photo.width, height: photo.height)
        var pixels = photo.pixels
        let columns = max(0, Int(part.x))..<min(photo.width, Int((part.x + part.width).rounded(.up)))
        let rows = max(0, Int(part.y))..<min(photo.height, Int((part.y + part.height).rounded(.up)))
        for y in rows {
            let v = Float((Double(y) + 0.5 - part.y) / part.height)
            for x in columns {
                let heat = value(u: Float((Double(x) + 0.5 - part.x) / part.width), v: v)
                let colour = ColourRamp.inferno(heat)
                let share = opacity * heat
                let start = 3 * (y * photo.width + x)
                for channel in 0..<3 {
                    let mixed = Float(pixels[start + channel]) * (1 - share) + colour[channel] * share
                    pixels[start + channel] = UInt8(min(max(mixed + 0.5, 0), 255))
                }
            }
        }
        return Picture(width: photo.width, height: photo.height, pixels: pixels)
    }
}
