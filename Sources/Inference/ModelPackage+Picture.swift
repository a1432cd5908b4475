package import Imaging

extension ModelPackage {
    /// How the model wants its pixels.
    package var tensorFormat: TensorFormat {
        TensorFormat(
            width: input.width,
            height: input.height,
            factor: (input.range.upperBound - input.range.lowerBound) / 255,
            mean: SIMD3(repeating: -input.range.lowerBound)
        )
    }

    /// Resizes a part of a picture straight into the memory that the model reads; on a thread that may work.
    package func tensor(of picture: Picture, crop: Crop = .centreSquare) -> InputTensor {
        unsafe InputTensor(shape: inputShape) { buffer in unsafe picture.fill(buffer, as: tensorFormat, crop: crop) }
    }
}
