import Foundation
import TestSupport
import Testing

@testable import Imaging
@testable import Inference

/// Real animals, made small and put into large real pictures on which there is none.
@Suite("Small animals on large pictures", .enabled(if: SharedData.isPresent)) struct SmallAnimalTests {
    /// In shares of the width; 3 % of a picture of 4,032 pixels are 121, of which YOLOX-nano sees 12 on the whole.
    private static let sizes = [0.03, 0.05]
    /// Of the middle; some lie where tiles end.
    private static let places = [0.12, 0.3, 0.5, 0.8].flatMap { x in [0.25, 0.69].map { (x: x, y: $0) } }

    private static func read(_ name: String) throws -> Picture {
        try Picture.decode(Array(Data(contentsOf: URL(filePath: SharedData.path("data/cameratrap/\(name)")))))
    }

    /// The largest elephant of a herd, cut out of its picture.
    private func elephant(_ detector: Detector) async throws -> Picture {
        let herd = try Self.read("speciesnet_african_elephants.jpg")
        let found = try await detector.detect(herd).filter { $0.label == "elephant" }
        let box = try #require(found.max { $0.box.area < $1.box.area }?.box)
        let region = try #require(Region(x: box.x, y: box.y, width: box.width, height: box.height))
        return herd.cropped(.region(region))
    }

    private static func paste(
        _ small: Picture,
        into large: Picture,
        at place: (x: Double, y: Double)
    ) -> (Picture, Box?) {
        var pixels = large.pixels
        let left = Int(place.x * Double(large.width)) - small.width / 2
        let top = Int(place.y * Double(large.height)) - small.height / 2
        for row in 0..<small.height {
            let start = ((top + row) * large.width + left) * 3
            let line = row * small.width * 3
            pixels.replaceSubrange(
                start..<start + small.width * 3,
                with: small.pixels[line..<line + small.width * 3]
            )
        }
        let (wide, high) = (Double(large.width), Double(large.height))
        let box = Box(
            left: Double(left) / wide,
            top: Double(top) / high,
            right: Double(left + small.width) / wide,
            bottom: Double(top + small.height) / high
        )
        return (Picture(width: large.width, height: large.height, pixels: pixels), box)
    }

    @Test func `what the whole picture is too small for is found on tiles, and once`() async throws {
        let detector = try DetectorTests.yoloxNano.get()
        let elephant = try await elephant(detector)
        let ground = try Self.read("southwest_B012_2021-05-27_human.jpg").upright()
        var found: [Int: Int] = [:]
        for most in [0, 4, 12] {
            let grid = TileGrid(width: ground.width, height: ground.height, for: detector.package.input, most: most)
            for size in Self.sizes {
                var hits = 0
                let width = Int(size * Double(ground.width))
                let small = elephant.resized(width: width, height: width * elephant.height / elephant.width)
                for place in Self.places {
                    let (picture, box) = Self.paste(small, into: ground, at: place)
                    let there = try #require(box)
                    let boxes = try await detector.detect(picture, tiles: grid?.tiles ?? []).filter {
                        $0.category == .animal && $0.box.cover(of: there) > 0.5
                    }
                    #expect(boxes.count < 2, "\(most) tiles, \(place): \(boxes)")
                    hits += boxes.count
                }
                print("YOLOX-nano, \(most) tiles, \(size) of the width: \(hits) of \(Self.places.count) found")
                found[most, default: 0] += hits
            }
        }
        #expect(found[0, default: 0] <= 5)
        #expect(found[4, default: 0] > found[0, default: 0])
        #expect(found[12, default: 0] >= 2 * found[0, default: 0] + 2)
    }
}
