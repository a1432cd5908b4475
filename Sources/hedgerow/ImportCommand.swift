import App
import Core
import FoundationEssentials

enum ImportCommand: Command {
    static let name = "import"
    static let summary =
        "Take in what another program wrote: \(CameraTraps.importKinds.joined(separator: ", ")); begun again it goes on."
    static let words = "KIND FILE"
    static let options = [CommandOption("--json", nil, "Write JSON.")]
    static let endsGently = true

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let kinds = CameraTraps.importKinds
        guard arguments.words.count == 2, kinds.contains(arguments.words[0]) else {
            throw UsageFault("name what it is (\(kinds.joined(separator: " or "))) and one file")
        }
        let (kind, file) = (arguments.words[0], arguments.words[1])
        var isFolder = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder else {
            throw UsageFault("there is no file \(file)")
        }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let result = try await CameraTraps.with(configuration) { traps in
            try await traps.take(kind, file: file) { step, done, total in terminal.progress(step, done, of: total) }
        }
        if arguments.has("--json") {
            terminal.say(String(decoding: result.json, as: UTF8.self))
        } else {
            terminal.say(result.summary)
            for note in result.notes { terminal.complain(note) }
            if let failure = result.failure { terminal.complain("hedgerow import: \(failure)") }
        }
        guard result.failure == nil else { return .failed }
        return result.isWhole ? .done : .partlyDone
    }
}
