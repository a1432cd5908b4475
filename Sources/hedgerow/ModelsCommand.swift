import App
import Core
import FoundationEssentials

enum ModelsCommand: Command {
    static let name = "models"
    static let summary = "List the installed models, verify that they are whole and work, or install one."
    static let words =
        "list | verify [NAME] | install NAME | install FILE.onnx --decoder D --labels A,B"
        + " | install hf:OWNER/REPOSITORY[/FILE.onnx] | remove NAME"
    static let options = [
        CommandOption(
            "--from",
            "FOLDER",
            "Folder of the package to install, or of the files that would be fetched."
        ),
        CommandOption("--decoder", "D", "How FILE.onnx writes down what it finds: yolox, yolox-raw, yolov5 or yolov8."),
        CommandOption(
            "--labels",
            "A,B",
            "What FILE.onnx tells apart, in its order; people and vehicles by these names."
        ),
        CommandOption("--name", "NAME", "What FILE.onnx is to be called; its own name when not given."),
        CommandOption("--licence", "TEXT", "Under which licence FILE.onnx may be used."),
        CommandOption("--hub", "ADDRESS", "A server to ask for hf: in place of \(HubAddress.publicServer)."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        switch (arguments.words.first, arguments.words.count) {
        case ("list", 1): return try list(configuration, arguments, terminal)
        case ("verify", 1...2):
            return try await verify(configuration, arguments.words.dropFirst().first, arguments, terminal)
        case ("install", 2) where arguments.words[1].hasPrefix(HubAddress.prefix):
            return try await installFromHub(arguments.words[1], configuration, arguments, terminal)
        case ("install", 2) where arguments.words[1].hasSuffix(".onnx"):
            return try await installFile(arguments.words[1], configuration, arguments, terminal)
        case ("install", 2): return try await install(arguments.words[1], configuration, arguments, terminal)
        case ("remove", 2):
            try removeModel(arguments.words[1], configuration)
            terminal.say("\(arguments.words[1]) is removed")
            return .done
        default:
            throw UsageFault(
                "takes list, verify and perhaps a name, install and a name or a file, or remove and a name"
            )
        }
    }

    private static func list(
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) throws -> ExitCode {
        let models = InstalledModel.all(in: configuration)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(models), as: UTF8.self))
        } else {
            terminal.table(
                ["model", "kind", "version", "classes", "accuracy", "licence"],
                models.map { [$0.name, $0.kind, $0.version, $0.classes, $0.accuracy, $0.licence] }
            )
        }
        return .done
    }

    private static func verify(
        _ configuration: Configuration,
        _ name: String?,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let reports = try await InstalledModel.verify(in: configuration, name: name)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(reports), as: UTF8.self))
        } else {
            for report in reports {
                terminal.say("\(report.isWell ? "ok     " : "WRONG  ")\(report.name): \(report.detail)")
            }
        }
        return reports.allSatisfy(\.isWell) ? .done : .failed
    }

    private static func install(
        _ name: String,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let version = try await InstallModel(configuration)(name, from: arguments.value("--from")) { done, total in
            terminal.progress("MB", done, of: total)
        }
        terminal.say("\(name) \(version) is installed; a running server takes it with: kill -HUP its process")
        return .done
    }

    private static func installFile(
        _ file: String,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let detector = try ownDetector(arguments)(file)
        let name = try await InstallModel(configuration)(detector)
        terminal.say("\(name) is installed; name it in detector_model")
        return .done
    }

    private static func installFromHub(
        _ text: String,
        _ configuration: Configuration,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let address = try HubAddress(text, server: arguments.value("--hub"))
        let install = InstallModel(configuration)
        let progress: @Sendable (Int, Int) -> Void = { done, total in terminal.progress("MB", done, of: total) }
        let installed: InstallModel.FromHub
        if let file = address.file {
            let describe = try ownDetector(arguments, of: file)
            installed = try await install(address, file: file, progress: progress, describe: describe)
        } else {
            installed = try await install(address, name: arguments.value("--name"), progress: progress)
        }
        if let hash = installed.unvouched {
            terminal.complain("its publisher gives no SHA-256 for this file: nothing vouches for what came, \(hash)")
        }
        terminal.say("\(installed.name) \(installed.version) is installed; name it in detector_model or leaf_model")
        return .done
    }

    /// What the options say of a lone file, to be completed by where it lies.
    private static func ownDetector(
        _ arguments: Arguments,
        of file: String? = nil
    ) throws -> @Sendable (_ file: String) -> OwnDetector {
        guard let decoder = arguments.value("--decoder"), let labels = arguments.value("--labels") else {
            throw UsageFault("needs --decoder and --labels to know what the ONNX file finds")
        }
        let published = file.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
        let name = arguments.value("--name") ?? published
        let licence = arguments.value("--licence") ?? "not stated"
        return { file in
            OwnDetector(
                file: file,
                name: name,
                decoder: decoder,
                labels: labels.split(separator: ",").map(String.init),
                licence: licence
            )
        }
    }
}
