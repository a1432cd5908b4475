import Testing
import TestSupport

@testable import Imaging

struct AnalysisTests {
    // MARK: Hash

    @Test(
        "Storing again, resizing and brightening keep the hash; another photo has another",
        .enabled(if: SharedData.isPresent, "needs the shared pictures")
    )
    func hash() throws {
        let names = TestPictures.names(in: "data/beans/healthy").prefix(12)
        var hashes: [PerceptualHash] = []
        for name in names {
            let photo = try Picture.decode(TestPictures.file(name))
            let hash = PerceptualHash(of: photo)
            let copies = [
                try Picture.decode(photo.jpeg(quality: 40)), photo.resized(width: 200, height: 200),
                photo.resized(width: 700, height: 700), photo.dimmed(by: 0.8),
            ]
            for copy in copies {
                #expect(hash.distance(to: PerceptualHash(of: copy)) <= PerceptualHash.duplicateDistance)
            }
            hashes.append(hash)
        }
        for (index, hash) in hashes.enumerated() {
            for other in hashes[(index + 1)...] {
                #expect(hash.distance(to: other) > PerceptualHash.duplicateDistance)
            }
        }
    }

    @Test func `a turned file has the hash of the upright picture`() throws {
        let jpeg = TestPictures.gradient(width: 96, height: 64).jpeg(quality: 95)
        let turned = try Picture.decode(ExifBlock(orientation: .left).inserted(into: jpeg))
        #expect(PerceptualHash(of: turned).distance(to: PerceptualHash(of: turned.upright())) <= 1)
    }

    // MARK: Quality

    @Test(
        "Good photos of leaves raise few false alarms",
        .enabled(if: SharedData.isPresent, "needs the shared pictures"),
        arguments: ["beans", "leaf/val"]
    )
    func falseAlarms(set: String) throws {
        let counts = try Self.counts(set, atMost: 200) { $0 }
        let total = try #require(counts[nil])
        print(
            "\(set): of \(total) good photos, blurred \(counts[.blurred, default: 0]),",
            "dark \(counts[.dark, default: 0]), too far \(counts[.tooFar, default: 0])"
        )
        for hint in PictureQuality.Hint.allCases {
            #expect(counts[hint, default: 0] * 100 <= total * 2, "\(hint) is raised too often")
        }
    }

    @Test(
        "Blurred, darkened and distant copies are noticed",
        .enabled(if: SharedData.isPresent, "needs the shared pictures"),
        arguments: PictureQuality.Hint.allCases
    )
    func noticed(hint: PictureQuality.Hint) throws {
        let counts = try Self.counts("beans", atMost: 40) { photo in
            switch hint {
            case .blurred: photo.blurred()
            case .dark: photo.dimmed(by: 0.25)
            case .tooFar: photo.seenFromAfar()
            }
        }
        let total = try #require(counts[nil])
        print("beans made \(hint): noticed in \(counts[hint, default: 0]) of \(total)")
        #expect(counts[hint, default: 0] * 100 >= total * 95)
    }

    /// How often each hint is given; under `nil` how many photos there were.
    private static func counts(
        _ set: String,
        atMost limit: Int,
        _ change: (Picture) -> Picture
    ) throws -> [PictureQuality.Hint?: Int] {
        let folders = TestPictures.names(in: "data/\(set)").filter { !$0.contains("Background") }
        let names = folders.flatMap { TestPictures.names(in: $0) }.filter { $0.hasSuffix(".jpg") }
        let step = max(1, names.count / limit)
        var counts: [PictureQuality.Hint?: Int] = [:]
        for name in stride(from: 0, to: names.count, by: step).map({ names[$0] }) {
            let photo = try Picture.decode(TestPictures.file(name), atLeast: 160)
            for hint in PictureQuality(of: change(photo)).hints { counts[hint, default: 0] += 1 }
            counts[nil, default: 0] += 1
        }
        return counts
    }

    // MARK: Heat map

    @Test func `heat lies where the grid is hot, inside the crop, and nowhere else`() {
        let grey = Picture(width: 120, height: 80, pixels: [UInt8](repeating: 90, count: 120 * 80 * 3))
        var values = [Float](repeating: 0, count: 25)
        values[6] = 3  // second column, second row of the centre square
        let map = HeatMap(columns: 5, rows: 5, values: values)
        let overlay = map.overlay(on: grey)
        #expect(overlay[20 + 24, 24] != grey[0, 0])
        let centre = overlay[20 + 24, 24]
        #expect(centre.x > 180 && centre.x > centre.z)
        for (x, y) in [(5, 24), (115, 24), (92, 72), (60, 70)] { #expect(overlay[x, y] == grey[x, y]) }
    }

    @Test func `values are scaled to their highest, nonsense counts as nothing`() {
        let map = HeatMap(columns: 2, rows: 2, values: [-4, .nan, 2, 4])
        #expect(map.values == [0, 0, 0.5, 1])
        #expect(HeatMap(columns: 1, rows: 1, values: [0]).values == [0])
        #expect(map.value(u: 0.5, v: 0.75) == 0.75)
    }

    @Test func `the ramp grows brighter from end to end`() {
        let brightness = stride(from: Float(0), through: 1, by: 0.05).map { value -> Float in
            let colour = ColourRamp.inferno(value)
            return 0.2126 * colour.x + 0.7152 * colour.y + 0.0722 * colour.z
        }
        #expect(zip(brightness, brightness.dropFirst()).allSatisfy { $0 < $1 })
    }
}

extension Picture {
    fileprivate func dimmed(by factor: Float) -> Picture {
        Picture(width: width, height: height, pixels: upright().pixels.map { UInt8(Float($0) * factor) })
    }

    /// As if out of focus: shrunk to a sixth and enlarged again.
    fileprivate func blurred() -> Picture {
        resized(width: width / 6, height: height / 6).resized(width: width, height: height)
    }

    /// The photo on a tenth of bare soil.
    fileprivate func seenFromAfar() -> Picture {
        let small = resized(width: width / 4, height: height / 4)
        var pixels = (0..<width * height).flatMap { _ in [120, 96, 80] as [UInt8] }
        for y in 0..<small.height {
            for x in 0..<small.width {
                let target = 3 * ((y + height / 3) * width + x + width / 3)
                for channel in 0..<3 { pixels[target + channel] = small[x, y][channel] }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}
