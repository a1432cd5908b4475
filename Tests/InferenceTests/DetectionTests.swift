import Imaging
import Testing

@testable import Inference

@Suite("Detections") struct DetectionTests {
    private let input = DetectorPackage.Input(
        width: 64,
        height: 64,
        format: TensorFormat(width: 64, height: 64),
        grey: 114
    )

    private func candidates(
        _ decoder: DetectionDecoder,
        _ shape: [Int],
        _ values: [Float]
    ) -> [DetectionDecoder.Candidate] {
        decoder.candidates(
            OutputTensor(name: "out", shape: shape, values: values),
            of: input,
            classes: 2,
            counting: [true, false],
            atLeast: 0.3
        )
    }

    @Test func `a decoded output is taken as it is, classes that do not count are passed over`() throws {
        let rows: [Float] = [
            32, 16, 20, 10, 0.9, 0.8, 0.1,  // counts
            32, 16, 20, 10, 0.9, 0.1, 0.9,  // does not
            32, 16, 20, 10, 0.2, 0.9, 0.1,  // too unsure
            32, 16, 20, 10, .nan, 0.9, 0.1,
        ]
        for decoder in [DetectionDecoder.yolox, .yolov5] {
            let found = candidates(decoder, [1, 4, 7], rows)
            #expect(found.count == 1)
            let one = try #require(found.first)
            #expect(one.centreX == 32 && one.height == 10)
            #expect(abs(one.confidence - 0.72) < 1e-6)
        }
    }

    @Test func `a transposed output without objectness is read by columns`() throws {
        // Two candidates, six fields each, one field after the other.
        let found = candidates(.yolov8, [1, 6, 2], [10, 40, 12, 42, 4, 8, 6, 8, 0.7, 0.1, 0.2, 0.6])
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.centreX == 10 && one.centreY == 12 && one.width == 4 && one.height == 6)
    }

    @Test func `a raw output is placed by its cells`() throws {
        // 64 cells of 8 pixels, 16 of 16, 4 of 32.
        var values = [Float](repeating: 0, count: 84 * 7)
        func set(_ row: Int, _ fields: [Float]) { values.replaceSubrange(row * 7..<row * 7 + 7, with: fields) }
        set(9, [0.5, 0.25, 0, 0, 1, 0.9, 0])
        set(83, [0.5, 0.5, 1, 0, 1, 0.8, 0])
        let found = candidates(.yoloxRaw, [1, 84, 7], values)
        #expect(found.map(\.centreX) == [12, 48])
        #expect(found.map(\.centreY) == [10, 48])
        #expect(found[0].width == 8)
        #expect(abs(found[1].width - 32 * 2.718_281_8) < 1e-3)
        #expect(candidates(.yoloxRaw, [1, 2, 7], [Float](repeating: 1, count: 14)).isEmpty, "another grid")
    }

    @Test func `an output of another form is none`() {
        #expect(candidates(.yolox, [1, 2, 6], [Float](repeating: 1, count: 12)).isEmpty)
        #expect(DetectionDecoder.yolov8.fault(of: [1, 7, 10], classes: 2) != nil)
        #expect(DetectionDecoder.yolov8.fault(of: [1, 6, 10], classes: 2) == nil)
        #expect(DetectionDecoder.yolox.fault(of: [1, 10, 7], classes: 2) == nil)
    }

    @Test func `one animal is found once, two beside each other twice`() throws {
        func detection(
            _ left: Double,
            _ confidence: Double,
            _ category: DetectionCategory = .animal
        ) throws -> Detection {
            let box = try #require(Box(left: left, top: 0.2, right: left + 0.2, bottom: 0.4))
            return Detection(box: box, category: category, label: "x", confidence: confidence)
        }
        let found = [
            try detection(0.1, 0.6), try detection(0.11, 0.9), try detection(0.6, 0.5),
            try detection(0.1, 0.4, .person),
        ]
        #expect(found.suppressed(overlap: 0.45).map(\.confidence) == [0.9, 0.5, 0.4])
    }

    @Test func `a box is cut at the edges of the picture`() throws {
        let box = try #require(Box(left: -0.2, top: 0.5, right: 0.3, bottom: 1.7))
        #expect(box == Box(left: 0, top: 0.5, right: 0.3, bottom: 1))
        #expect(Box(left: 1.1, top: 0, right: 1.2, bottom: 1) == nil)
        #expect(Box(left: 0.5, top: 0.5, right: 0.5, bottom: 0.9) == nil)
    }

    @Test func `a picture fills the frame it is put in as far as its shape lets it`() {
        let picture = Picture(width: 200, height: 100, pixels: [UInt8](repeating: 250, count: 60_000))
        let box = Letterbox(picture, width: 64, height: 64)
        #expect(box.usedWidth == 64 && box.usedHeight == 32)
        let framed = picture.framed(in: box, grey: 114)
        #expect(framed[10, 10] == SIMD3(repeating: 250))
        #expect(framed[10, 60] == SIMD3(repeating: 114))
    }
}
