internal import Core
internal import FoundationEssentials

extension DetectorPackage {
    private struct Written: Encodable {
        let kind = ModelKind.detector.rawValue
        let name: String
        let version = "1"
        let licence: String
        let files: [String: File]
        let input: Input
        let decoder: String
        let labels: [String]
        let categories: [String: String]

        struct File: Encodable {
            let path: String
            let sha256: String
        }

        struct Input: Encodable {
            let width: Int
            let height: Int
            let colour: String
            let highest: Int
            let grey = 114
        }
    }

    /// `model.json` for a lone ONNX file, whose input tells the size; blocks, so never on the cooperative pool.
    ///
    /// - Throws: `ModelFault` for a file that is no network with one picture as its input.
    package static func describe(
        onnx file: String,
        in folder: String,
        name: String,
        licence: String,
        decoder: DetectionDecoder,
        labels: [String],
        categories: [DetectionCategory],
        runtime: OpenVINORuntime
    ) throws -> [UInt8] {
        let path = folder + "/" + file
        let shape: [Int?]
        do {
            shape = try runtime.network(at: path).inputs().first?.shape ?? []
        } catch {
            throw ModelFault(.unusable, model: name, reason: "the file is no ONNX network", detail: "\(error)")
        }
        guard shape.count == 4, shape[1] == 3, let height = shape[2], let width = shape[3] else {
            throw ModelFault(
                .unusable,
                model: name,
                reason: "the file does not take one picture of a fixed size (1, 3, height, width): export it so"
            )
        }
        let bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        // YOLOX keeps the order and the range of OpenCV; the others take what a picture has.
        let isOpenCV = decoder == .yolox || decoder == .yoloxRaw
        let written = Written(
            name: name,
            licence: licence,
            files: ["onnx": .init(path: file, sha256: SHA256(of: bytes).description)],
            input: .init(width: width, height: height, colour: isOpenCV ? "bgr" : "rgb", highest: isOpenCV ? 255 : 1),
            decoder: decoder.rawValue,
            labels: labels,
            categories: Dictionary(zip(labels, categories.map(\.rawValue))) { first, _ in first }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(written))
    }
}
