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

    @Test func `large animals are found, small ones missed, and nothing is seen where nothing is`() async throws {
        let detector = try DetectorTests.yoloxNano.get()
        var (shown, found, empty, other): ([String: Int], [String: Int], [String: Int], [String: Int]) = (
            [:], [:], [:], [:]
        )
        for label in try labels() where label.category != "broken" {
            let path = SharedData.path("data/cameratrap/\(label.file)")
            let picture = try Picture.decode(Array(Data(contentsOf: URL(filePath: path))), atLeast: 1_080, crop: .whole)
            let categories = Set(try await detector.detect(picture).map(\.category.rawValue))
            shown[label.category, default: 0] += 1
            if label.category == "blank" ? categories.isEmpty : categories.contains(label.category) {
                found[label.category, default: 0] += 1
            } else if categories.isEmpty {
                empty[label.category, default: 0] += 1
            } else {
                other[label.category, default: 0] += 1
            }
        }
        for category in shown.keys.sorted() {
            print(
                "YOLOX-nano, \(category): \(found[category] ?? 0) of \(shown[category] ?? 0) found,",
                "\(empty[category] ?? 0) called empty, \(other[category] ?? 0) called something else"
            )
        }
        #expect(shown == ["animal": 27, "person": 2, "blank": 2])
        #expect(found["animal", default: 0] >= 14)
        #expect(found["person", default: 0] >= 1)
        #expect(found["blank"] == 2)
    }
}
