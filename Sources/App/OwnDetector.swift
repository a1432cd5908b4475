import Core
import FoundationEssentials
import Inference

/// A detector of one's own, as a lone ONNX file.
package struct OwnDetector: Sendable {
    let file: String
    let modelName: String
    let decoder: String
    let labels: [String]
    let licence: String

    package init(file: String, name: String?, decoder: String, labels: [String], licence: String) {
        self.file = file
        modelName = name ?? URL(filePath: file).deletingPathExtension().lastPathComponent
        self.decoder = decoder
        self.labels = labels
        self.licence = licence
    }

    /// Copies the file and describes it; its size is read from it.
    func write(into folder: String) async throws {
        guard let decoder = DetectionDecoder(rawValue: decoder) else {
            let known = DetectionDecoder.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationFault("--decoder takes one of \(known)")
        }
        guard !labels.isEmpty, Set(labels).count == labels.count else {
            throw ConfigurationFault("--labels takes names with commas between them, each once")
        }
        guard FileManager.default.fileExists(atPath: file) else { throw ConfigurationFault("there is no file \(file)") }
        let copy = "model.onnx"
        try FileManager.default.copyItem(atPath: file, toPath: "\(folder)/\(copy)")
        let description = try await WorkPool(name: "describing", width: 1, depth: 0).run {
            try DetectorPackage.describe(
                onnx: copy,
                in: folder,
                name: modelName,
                licence: licence,
                decoder: decoder,
                labels: labels,
                categories: labels.map(DetectionCategory.init(of:)),
                runtime: try OpenVINORuntime()
            )
        }
        try Data(description).write(to: URL(filePath: "\(folder)/model.json"))
    }
}
