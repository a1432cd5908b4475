import Core
import FoundationEssentials
import Inference

/// Takes a model package into the data folder, whole or not at all.
///
/// Without a folder it is the package that comes with the program. The answer is the version that was installed.
package func installModel(_ name: String, from folder: String?, _ configuration: Configuration) async throws -> String {
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
        !name.hasPrefix(".")
    else { throw ConfigurationFault("a model's name has letters, digits, dots, dashes and underscores") }
    guard let folder = folder ?? ModelFolders(configuration).shipped(name) else {
        throw ConfigurationFault("no package \(name) comes with the program; name its folder with --from FOLDER")
    }
    guard FileManager.default.fileExists(atPath: folder + "/model.json") else {
        throw ConfigurationFault("\(folder) is no model package: it has no model.json")
    }
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
    if let fault = report.fault {
        throw StartFault("the package in \(folder) is not whole: \(fault.reason); take another copy with --from FOLDER")
    }
    let place = "\(models)/\(name)"
    let old = "\(models)/.\(name).old"
    try? manager.removeItem(atPath: old)
    if manager.fileExists(atPath: place) { try manager.moveItem(atPath: place, toPath: old) }
    try manager.moveItem(atPath: staging, toPath: place)
    try? manager.removeItem(atPath: old)
    return report.package?.version ?? ""
}
