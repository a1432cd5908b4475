import Foundation
import Testing

/// The files of `Fixtures/`, drawn by its `make.py`.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return try Array(Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
    }

    static let width = 72
    static let height = 54

    /// All that hold a picture which can be decoded without libheif.
    static let decodable = [
        "rgb16.png", "interlaced.png", "interlaced-alpha.png", "grey.png", "alpha.png", "palette.png",
        "palette-transparent.png", "animated.png", "progressive.jpg", "grey.jpg", "cmyk.jpg", "lossy.webp",
        "lossless.webp", "alpha.webp", "lossless-alpha.webp", "animated.webp", "pages.tiff", "jpeg.tiff", "fax.tiff",
        "tiled.tiff", "rgb16.tiff", "planes.tiff",
    ]
    static let containers = ["photo.heic", "photo.avif", "alpha.avif"]
}
