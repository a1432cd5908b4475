import Foundation
import Imaging
import TestSupport
import Testing

@testable import Inference

/// What YOLOX-nano finds on the real pictures, counted as `Docs/camera-traps.md` tells it.
@Suite("Camera-trap pictures", .enabled(if: SharedData.isPresent)) struct CameraTrapAccuracyTests {
    private struct Labelled {
        let file: String
        let category: String
    }

    private func labels() throws -> [Labelled] {
        let text = try String(contentsOfFile: SharedData.path("data/cameratrap/labels.csv"), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return Labelled(file: String(fields[0]), category: String(fields[2]))
        }
    }

    /// For each number of tiles, on how many pictures of animals they are found at least, and on how many something else is
    /// found as well at most.
    @Test(arguments: [(0, 14, 2), (4, 16, 5), (12, 16, 7)])
    func `large animals are found, smaller ones on tiles, and nothing is seen where nothing is`(
        most: Int,
        animals: Int,
        strays: Int
    ) async throws {
        let detector = try DetectorTests.yoloxNano.get()
        var (shown, found, empty, other): ([String: Int], [String: Int], [String: Int], [String: Int]) = (
            [:], [:], [:], [:]
        )
        var strange = 0
        for label in try labels() where label.category != "broken" {
            let bytes = Array(try Data(contentsOf: URL(filePath: SharedData.path("data/cameratrap/\(label.file)"))))
            let picture = try Picture.decode(bytes, atLeast: 1_080, crop: .whole)
            let info = try ImageInfo.probe(bytes)
            let grid = TileGrid(width: info.width, height: info.height, for: detector.package.input, most: most)
            let categories = Set(try await detector.detect(picture, tiles: grid?.tiles ?? []).map(\.category.rawValue))
            shown[label.category, default: 0] += 1
            if label.category == "blank" ? categories.isEmpty : categories.contains(label.category) {
                found[label.category, default: 0] += 1
            } else if categories.isEmpty {
                empty[label.category, default: 0] += 1
            } else {
                other[label.category, default: 0] += 1
            }
            if label.category == "animal", !categories.subtracting(["animal"]).isEmpty { strange += 1 }
        }
        for category in shown.keys.sorted() {
            print(
                "YOLOX-nano, \(most) tiles, \(category): \(found[category] ?? 0) of \(shown[category] ?? 0) found,",
                "\(empty[category] ?? 0) called empty, \(other[category] ?? 0) called something else"
            )
        }
        print("YOLOX-nano, \(most) tiles: something else is found on \(strange) pictures of animals")
        #expect(shown == ["animal": 27, "person": 2, "blank": 2])
        #expect(found["animal", default: 0] >= animals)
        #expect(strange <= strays)
        #expect(found["person", default: 0] >= 1)
        #expect(found["blank"] == 2)
    }
}
