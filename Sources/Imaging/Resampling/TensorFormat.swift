/// How a model wants its picture: planes of floats, one colour after the other (NCHW).
package struct TensorFormat: Hashable, Sendable {
    package enum ChannelOrder: String, Hashable, Sendable { case rgb, bgr }

    package let width: Int
    package let height: Int
    package let order: ChannelOrder
    /// For each plane in its order: `value = pixel * scale + offset`, with pixels from 0 to 255.
    package let scale: SIMD3<Float>
    package let offset: SIMD3<Float>

    /// - Parameters:
    ///   - width: of a plane.
    ///   - height: of a plane.
    ///   - order: which colour is the first plane.
    ///   - factor: brings pixels into the range in which `mean` and `deviation` are given.
    ///   - mean: taken away from each plane, in the order of the planes.
    ///   - deviation: each plane is divided by it.
    package init(
        width: Int,
        height: Int,
        order: ChannelOrder = .rgb,
        factor: Float = 1 / 255,
        mean: SIMD3<Float> = .zero,
        deviation: SIMD3<Float> = .one
    ) {
        precondition(width > 0 && height > 0, "a tensor has pixels")
        self.width = width
        self.height = height
        self.order = order
        scale = factor / deviation
        offset = -mean / deviation
    }

    /// Floats of one picture.
    package var count: Int { width * height * 3 }
}

extension Picture {
    /// Resizes a part of the picture and writes it straight into a model's input.
    package func fill(
        _ slot: UnsafeMutableBufferPointer<Float>,
        as format: TensorFormat,
        crop: Crop = .centreSquare
    ) {
        precondition(slot.count == format.count, "one float for each colour of each pixel")
        guard let base = slot.baseAddress else { return }
        let part = crop.rectangle(width: width, height: height)
        let resampler = Resampler(self, part: part, width: format.width, height: format.height)
        let plane = format.width * format.height
        let (origin, columnStride, rowStride) = resampler.strides
        let (red, blue) = format.order == .rgb ? (0, 2) : (2, 0)
        unsafe resampler.forEachRow { row, colours in
            let start = origin + row * rowStride
            for (source, target) in [(0, red), (1, 1), (2, blue)] {
                let scale = format.scale[target]
                let offset = format.offset[target]
                let line = unsafe base + (target * plane + start)
                for column in 0..<resampler.storedWidth {
                    unsafe line[column * columnStride] = colours[4 * column + source] * scale + offset
                }
            }
        }
    }

    /// The same as an array, for tests and for callers without a tensor of their own.
    package func tensor(as format: TensorFormat, crop: Crop = .centreSquare) -> [Float] {
        var tensor = [Float](repeating: 0, count: format.count)
        unsafe tensor.withUnsafeMutableBufferPointer { unsafe fill($0, as: format, crop: crop) }
        return tensor
    }
}
