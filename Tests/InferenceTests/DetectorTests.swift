import Foundation
import Imaging
import TestSupport
import Testing

@testable import Inference

/// A real network on real pictures.
@Suite("Detector", .enabled(if: SharedData.isPresent)) struct DetectorTests {
    static let yoloxNano = Result { try load() }

    private static func load(
        options: SessionOptions = .bulk(),
        edit: (inout [String: Any]) -> Void = { _ in }
    ) throws -> Detector {
        let folder = try Self.package(edit: edit)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try Detector(DetectorPackage.read(folder: folder), runtime: Leaf.runtime.get(), options: options)
    }

    /// The description that comes with the program beside the file that it names.
    private static func package(edit: (inout [String: Any]) -> Void = { _ in }) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "detector-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/yolox_nano.onnx",
            withDestinationPath: SharedData.path("models/yolox-nano/yolox_nano.onnx")
        )
        var description = try ModelFolder.json(at: SharedData.checkout + "/Models/yolox-nano/model.json")
        edit(&description)
        try JSONSerialization.data(withJSONObject: description).write(to: URL(filePath: folder + "/model.json"))
        return folder
    }

    private func picture(_ name: String) throws -> Picture {
        try Picture.decode(
            Array(Data(contentsOf: URL(filePath: SharedData.path("data/cameratrap/\(name)")))),
            atLeast: 416,
            crop: .whole
        )
    }

    @Test func `a man is found where he walks`() async throws {
        let found = try await Self.yoloxNano.get().detect(try picture("speciesnet_human.jpg"))
        let man = try #require(found.first)
        #expect(found.count == 1 && man.category == .person && man.label == "person")
        #expect(abs(man.box.x - 0.71) < 0.03 && abs(man.box.y - 0.5) < 0.1)
        #expect((0.03...0.1).contains(man.box.width) && (0.15...0.4).contains(man.box.height))
    }

    @Test(arguments: [
        "speciesnet_african_elephants.jpg", "speciesnet_african_elephants_cmyk.jpg",
        "speciesnet_african_elephants_with_exif_orientation.jpg",
    ])
    func `elephants are found however the file is stored`(name: String) async throws {
        let found = try await Self.yoloxNano.get().detect(try picture(name))
        let first = try #require(found.first)
        #expect(first.category == .animal && first.label == "elephant")
        #expect(found.allSatisfy { $0.box.x >= 0 && $0.box.x + $0.box.width <= 1 + 1e-9 })
        #expect(found.allSatisfy { $0.box.y >= 0 && $0.box.y + $0.box.height <= 1 + 1e-9 })
    }

    @Test func `what is asked for less surely finds no less`() async throws {
        let detector = try Self.yoloxNano.get()
        let deer = try picture("southwest_2021-05-28_SYFR0041_deer.JPG")
        let (many, few) = (
            try await detector.detect(deer, atLeast: 0.05), try await detector.detect(deer, atLeast: 0.5)
        )
        #expect(many.count >= few.count)
        #expect(few.allSatisfy { $0.confidence >= 0.5 } && many.allSatisfy { $0.confidence >= 0.05 })
        #expect(many.map(\.confidence) == many.map(\.confidence).sorted(by: >))
    }

    @Test func `nothing is found on one colour, at whatever shape`() async throws {
        let detector = try Self.yoloxNano.get()
        for (width, height) in [(60, 2_000), (2_000, 60), (416, 416)] {
            let grey = Picture(width: width, height: height, pixels: [UInt8](repeating: 90, count: width * height * 3))
            let found = try await detector.detect(grey)
            #expect(found.isEmpty)
        }
    }

    @Test func `the decoder of the other form is refused, and the right one named`() throws {
        let fault = #expect(throws: ModelFault.self) { try Self.load { $0["decoder"] = "yolox" } }
        #expect(fault?.reason.contains("its decoder is yolox-raw") == true)
        let family = #expect(throws: ModelFault.self) { try Self.load { $0["decoder"] = "yolov8" } }
        #expect(family?.reason.contains("[1, 84, N]") == true)
        let labels = #expect(throws: ModelFault.self) { try Self.load { $0["labels"] = ["person", "dog"] } }
        #expect(labels?.code == .badDescription || labels?.code == .unusable)
    }

    @Test func `a request whose time is over is not run`() async throws {
        let detector = try Self.yoloxNano.get()
        let man = try picture("speciesnet_human.jpg")
        await #expect(throws: (any Error).self) {
            try await detector.detect(man, deadline: .now - .seconds(1))
        }
    }

    @Test func `many at once are all answered alike`() async throws {
        let detector = try Self.yoloxNano.get()
        let man = try picture("speciesnet_human.jpg")
        let expected = try await detector.detect(man)
        let answers = try await withThrowingTaskGroup(of: [Detection].self) { group in
            for _ in 0..<80 { group.addTask { try await detector.detect(man) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 80)
        #expect(answers.allSatisfy { $0.map(\.label) == expected.map(\.label) })
    }

    @Test func `a session for bulk work compiles nothing that spreads over all cores`() throws {
        let detector = try Self.yoloxNano.get()
        #expect(detector.session.options.duty == .bulk)
        #expect(detector.session.options.cores == max(1, availableCores() - 1))
    }

    @Test func `a package is verified by running it`() throws {
        let folder = try Self.package()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let report = ModelVerification.verify(folder: folder, runtime: try Leaf.runtime.get())
        #expect(report.fault == nil && report.ran == [.f32])
    }
}

/// Forms of YOLOX that have one shape.
@Suite("Forms of YOLOX") struct YOLOXFormTests {
    private let input = DetectorPackage.Input(
        width: 64,
        height: 64,
        format: TensorFormat(width: 64, height: 64),
        grey: 114
    )

    private func output(_ centre: (DetectionDecoder.Cell) -> (Float, Float), rows: Int? = nil) -> OutputTensor {
        let cells = DetectionDecoder.Cell.all(of: input)
        let values = cells.prefix(rows ?? cells.count).flatMap { cell -> [Float] in
            let (x, y) = centre(cell)
            return [x, y, 8, 8, 0, 0, 0]
        }
        return OutputTensor(name: "out", shape: [1, values.count / 7, 7], values: values)
    }

    @Test func `centres tell whether boxes are in their places`() {
        let placed = output { (($0.column + 0.4) * $0.side, ($0.row + 0.7) * $0.side) }
        let raw = output { _ in (0.4, 0.7) }
        #expect(DetectionDecoder.yolox.fault(of: placed, for: input) == nil)
        #expect(DetectionDecoder.yoloxRaw.fault(of: raw, for: input) == nil)
        #expect(DetectionDecoder.yolox.fault(of: raw, for: input)?.contains("yolox-raw") == true)
        #expect(DetectionDecoder.yoloxRaw.fault(of: placed, for: input)?.hasSuffix("is yolox") == true)
    }

    @Test func `another grid is refused with both counts`() {
        let small = output({ _ in (0, 0) }, rows: 64)
        let fault = DetectionDecoder.yoloxRaw.fault(of: small, for: input)
        #expect(fault == "gives 64 boxes, where YOLOX gives 84 at 64x64 pixels")
    }

    @Test func `other families are not asked`() {
        let raw = output { _ in (0.4, 0.7) }
        #expect(DetectionDecoder.yolov5.fault(of: raw, for: input) == nil)
    }
}
