import Foundation
import TestSupport

/// The shipped model, and copies of it that a test may spoil.
enum ModelFolder {
    static let shipped = SharedData.checkout + "/Models/leaf"

    /// Copies the model into `folder`, its description changed by `edit`.
    static func copy(
        to folder: String,
        name: String = "leaf",
        edit: (inout [String: Any]) -> Void = { _ in }
    ) throws -> String {
        let target = folder + "/" + name
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for file in ["model.onnx", "model_int8.onnx"] {
            try FileManager.default.createSymbolicLink(
                atPath: target + "/" + file,
                withDestinationPath: shipped + "/" + file
            )
        }
        var description = try json(at: shipped + "/model.json")
        edit(&description)
        try JSONSerialization.data(withJSONObject: description).write(to: URL(filePath: target + "/model.json"))
        return target
    }

    static func json(at path: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        return object as? [String: Any] ?? [:]
    }
}
