import Core
import Database
import Foundation
import Imaging
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Frames of videos") struct VideoFrameTests {
    @Test func `the frames that tell most are kept, animals above people`() {
        let frames = VideoSample.each([
            [], [.seen("person", 0.99, .person)], [.seen("fox", 0.5)], [.seen("fox", 0.9), .seen("fox", 0.4)],
            [.seen("hare", 0.6)], [],
        ])
        #expect(frames.best == [3, 1, 4])
        let found = frames.findings(keeping: frames.best)
        #expect(found.map(\.position) == Array(0..<5))
        #expect(found.map(\.frameSeconds) == [3, 3, 1, 4, 2])
        #expect(found.species.map(\.species) == ["fox", "hare"])
        #expect(found.species.map(\.individuals) == [2, 1], "the most at the same time, not all together")
        #expect(found.mostAtOnce == 2)
    }

    @Test func `of a video that shows nothing its beginning, middle and end are kept`() {
        #expect(VideoSample.each(Array(repeating: [], count: 7)).best == [3, 0, 6])
        #expect(VideoSample.each([[]]).best == [0])
        #expect(VideoSample.each([]).best.isEmpty)
        #expect(VideoSample.each([[], [], []]).findings(keeping: [1, 0, 2]).contents == .blank)
    }
}

extension Finding {
    /// As a detector would have made it.
    static func seen(_ species: String, _ confidence: Double, _ category: Finding.Category = .animal) -> Finding {
        Finding(
            position: 0,
            category: category,
            label: species,
            confidence: confidence,
            box: .init(x: 0.1, y: 0.1, width: 0.2, height: 0.2),
            species: species,
            speciesConfidence: confidence,
            source: .detector,
            model: "test 1"
        )
    }
}

extension VideoSample {
    /// A frame a second, with what was found on each.
    static func each(_ found: [[Finding]]) -> [VideoSample] {
        found.enumerated().map { VideoSample(seconds: Double($0.offset), bytes: [], findings: $0.element) }
    }
}
