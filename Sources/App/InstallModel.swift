import Core
import FoundationEssentials
import Inference

/// Takes a model package from a folder into the data folder, whole or not at all.
package func installModel(_ name: String, from folder: String, _ configuration: Configuration) async throws -> String {
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
        !name.hasPrefix(".")
    else { throw ConfigurationFault("a model's name has letters, digits, dots, dashes and underscores") }
    let models = configuration.dataFolder + "/models"
    let manager = FileManager.default
    try manager.createDirectory(atPath: models, withIntermediateDirectories: true)
    let staging = "\(models)/.\(name).new"
    try? manager.removeItem(atPath: staging)
    defer { try? manager.removeItem(atPath: staging) }
    try manager.copyItem(atPath: folder, toPath: staging)
    let report = try await WorkPool(name: "verification", width: 1, depth: 0).run {
        ModelVerification.verify(folder: staging, runtime: try OpenVINORuntime())
    }
    if let fault = report.fault { throw fault }
    let place = "\(models)/\(name)"
    let old = "\(models)/.\(name).old"
    try? manager.removeItem(atPath: old)
    if manager.fileExists(atPath: place) { try manager.moveItem(atPath: place, toPath: old) }
    try manager.moveItem(atPath: staging, toPath: place)
    try? manager.removeItem(atPath: old)
    return report.package?.version ?? ""
}
