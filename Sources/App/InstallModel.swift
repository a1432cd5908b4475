import Core
import FoundationEssentials
import Inference
import Outbound

/// Takes a model package into the data folder, whole or not at all.
package struct InstallModel: Sendable {
    private let configuration: Configuration
    let client = HTTPClient(agent: "Hedgerow/\(Version.current)", depth: 4)

    package init(_ configuration: Configuration) { self.configuration = configuration }

    var models: String { configuration.dataFolder + "/models" }

    /// Installs the package in a folder, or the one that comes with the program under this name.
    ///
    /// Files that the package has not are taken from the folder, or fetched from where they are published; `progress`
    /// hears of megabytes. The answer is the version that was installed.
    package func callAsFunction(
        _ name: String,
        from folder: String?,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> String {
        try Self.check(name)
        let shipped = ModelFolders(configuration).shipped(name)
        let holdsPackage = folder.map { FileManager.default.fileExists(atPath: $0 + "/model.json") } ?? false
        guard let source = holdsPackage ? folder : shipped else {
            throw ConfigurationFault(
                folder.map { "\($0) is no model package: it has no model.json" }
                    ?? "no package \(name) comes with the program; name its folder with --from FOLDER"
            )
        }
        return try await install(name) { staging in
            try FileManager.default.copyItem(atPath: source, toPath: staging)
            for file in try AnyModelPackage.read(folder: staging).files {
                try await complete(file, in: staging, from: folder, progress)
            }
        }
    }

    /// Installs a lone ONNX file; the answer is its name.
    package func callAsFunction(_ detector: OwnDetector) async throws -> String {
        try Self.check(detector.modelName)
        _ = try await install(detector.modelName) { staging in
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
            try await detector.write(into: staging)
        }
        return detector.modelName
    }

    private func complete(
        _ file: ModelPackage.File,
        in staging: String,
        from folder: String?,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws {
        let place = "\(staging)/\(file.path)"
        guard !FileManager.default.fileExists(atPath: place) else { return }
        if let folder {
            let given = "\(folder)/\(file.path)"
            guard FileManager.default.fileExists(atPath: given) else {
                throw ConfigurationFault("there is no file \(file.path) in \(folder)")
            }
            return try FileManager.default.copyItem(atPath: given, toPath: place)
        }
        guard let url = file.url else { throw ConfigurationFault("the package lacks its file \(file.path)") }
        try await fetch(url, file.digest, bytes: file.bytes, to: place, progress)
    }

    /// Brings a file to its place; where its hash is known, a download that broke off goes on another time.
    @discardableResult
    func fetch(
        _ url: String,
        _ hash: SHA256?,
        bytes: Int?,
        to place: String,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> Download.Receipt {
        // Outside of the staging folder, which does not outlive this attempt.
        let part = "\(models)/.\(hash?.description ?? UUID().uuidString).download"
        let receipt: Download.Receipt
        do {
            receipt = try await client.download(Download(url, to: part, expecting: hash)) { state in
                progress(Int(state.received >> 20), Int((state.total ?? Int64(bytes ?? 0)) >> 20))
            }
        } catch let fault as OutboundFault {
            if hash == nil { try? FileManager.default.removeItem(atPath: part + ".part") }
            throw StartFault(
                "\(url) cannot be fetched: \(fault); fetch it elsewhere and name its folder with --from FOLDER"
            )
        }
        try FileManager.default.moveItem(atPath: part, toPath: place)
        return receipt
    }

    func install(_ name: String, _ fill: (_ staging: String) async throws -> Void) async throws -> String {
        let manager = FileManager.default
        try manager.createDirectory(atPath: models, withIntermediateDirectories: true)
        let staging = "\(models)/.\(name).new"
        try? manager.removeItem(atPath: staging)
        defer { try? manager.removeItem(atPath: staging) }
        do {
            try await fill(staging)
        } catch let fault as ModelFault {
            throw Self.refusal(fault)
        }
        let report = try await WorkPool(name: "verification", width: 1, depth: 0).run {
            ModelVerification.verify(folder: staging, runtime: try OpenVINORuntime())
        }
        if let fault = report.fault { throw Self.refusal(fault) }
        let place = "\(models)/\(name)"
        let old = "\(models)/.\(name).old"
        try? manager.removeItem(atPath: old)
        if manager.fileExists(atPath: place) { try manager.moveItem(atPath: place, toPath: old) }
        try manager.moveItem(atPath: staging, toPath: place)
        try? manager.removeItem(atPath: old)
        return report.identity?.version ?? ""
    }

    private static func refusal(_ fault: ModelFault) -> StartFault {
        switch fault.code {
        case .missing, .altered:
            StartFault("the package is not whole: \(fault.reason); take another copy with --from FOLDER")
        default: StartFault("the model cannot be used: \(fault.reason)")
        }
    }

    static func check(_ name: String) throws {
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
            !name.hasPrefix(".")
        else { throw ConfigurationFault("a model's name has letters, digits, dots, dashes and underscores") }
    }
}

/// Removes a model that was installed; one that comes with the program stays.
package func removeModel(_ name: String, _ configuration: Configuration) throws {
    try InstallModel.check(name)
    let place = "\(configuration.dataFolder)/models/\(name)"
    guard FileManager.default.fileExists(atPath: place) else {
        throw ConfigurationFault("no model \(name) is installed in \(configuration.dataFolder)/models")
    }
    try FileManager.default.removeItem(atPath: place)
}
