import Core
import FoundationEssentials
import Inference

/// A model package on this machine, as `hedgerow models list` shows it.
package struct InstalledModel: Codable, Sendable {
    package let name: String
    package let kind: String
    package let version: String
    package let folder: String
    package let classes: String
    package let accuracy: String
    package let licence: String

    /// All packages; one whose description cannot be read is listed with the reason.
    package static func all(in configuration: Configuration) -> [InstalledModel] {
        let folders = ModelFolders(configuration)
        return folders.names().map { name in
            let folder = folders.place(of: name)
            do {
                let package = try AnyModelPackage.read(folder: folder)
                return InstalledModel(
                    name: name,
                    kind: package.kind.rawValue,
                    version: package.identity.version,
                    folder: folder,
                    classes: "\(package.labelCount)",
                    accuracy: accuracy(of: package),
                    licence: package.licence
                        + (folders.isOnlyDescribed(name) ? "; to be fetched: hedgerow models install \(name)" : "")
                )
            } catch {
                return InstalledModel(
                    name: name,
                    kind: "",
                    version: "",
                    folder: folder,
                    classes: "",
                    accuracy: "",
                    licence: "unusable: \((error as? ModelFault)?.reason ?? "\(error)")"
                )
            }
        }
    }

    private static func accuracy(of package: AnyModelPackage) -> String {
        guard case .classifier(let model) = package,
            let share = model.evaluations["test"]?.accuracy ?? model.evaluations["val"]?.accuracy
        else { return "not stated" }
        return "\((share * 1000).rounded() / 10)%"
    }

    /// How a package passed its verification.
    package struct Report: Codable, Sendable {
        package let name: String
        package let isWell: Bool
        package let detail: String
    }

    /// Checks hashes, loads each package in every precision that this machine has, and runs it once.
    package static func verify(in configuration: Configuration, name: String?) async throws -> [Report] {
        let folders = ModelFolders(configuration)
        // What was never fetched cannot be damaged.
        let names = name.map { [$0] } ?? folders.names().filter { !folders.isOnlyDescribed($0) }
        return try await WorkPool(name: "verification", width: 1, depth: 0).run {
            let runtime = try OpenVINORuntime()
            return names.map { name in
                let source = folders.source(named: name)
                let report = ModelVerification.verify(folder: source.folder, runtime: runtime)
                if let fault = report.fault?.of(name, reinstall: source.reinstall) {
                    return Report(name: name, isWell: false, detail: fault.message)
                }
                let ran = report.ran.map(\.rawValue).joined(separator: ", ")
                let version = report.identity?.version ?? ""
                return Report(name: name, isWell: true, detail: "\(version); files whole, loaded and run in \(ran)")
            }
        }
    }
}
