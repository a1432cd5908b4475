import App
import Core
import FoundationEssentials

enum IngestCommand: Command {
    static let name = "ingest"
    static let summary = "Take the files of camera traps in a folder, such as a camera's card; begun again it goes on."
    static let words = "FOLDER"
    static let options = [
        CommandOption("--camera", "CODE", "Code of the camera; what the pictures tell when not given."),
        CommandOption("--camera-folders", nil, "The folders in FOLDER are called like the cameras."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard let folder = arguments.words.first, arguments.words.count == 1 else {
            throw UsageFault("name one folder with pictures or videos")
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw UsageFault("there is no folder \(folder)")
        }
        let camera = arguments.value("--camera")
        let byFolders = arguments.has("--camera-folders")
        guard camera == nil || !byFolders else { throw UsageFault("takes --camera or --camera-folders, not both") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let report = try await CameraTraps.with(configuration) { traps in
            try await traps.ingest(folder, camera: camera, byFolders: byFolders) { done, total in
                terminal.progress("files", done, of: total)
            }
        }
        if arguments.has("--json") {
            terminal.say(String(decoding: try JSON.encode(report), as: UTF8.self))
        } else {
            let reports = report.reports > 0 ? "\(report.reports) reports, " : ""
            terminal.say(
                "\(report.taken) taken, \(report.known) here before, \(reports)\(report.rejected.count) rejected"
            )
            for one in report.rejected { terminal.complain("\(one.file): \(one.reason)") }
        }
        guard !report.rejected.isEmpty else { return .done }
        return report.taken + report.known + report.reports == 0 ? .failed : .partlyDone
    }
}
