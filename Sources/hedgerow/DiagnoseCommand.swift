import App
import Core
import FoundationEssentials

enum DiagnoseCommand: Command {
    static let name = "diagnose"
    static let summary = "Say what ails the leaves on pictures, here and now, without a server."
    static let words = "IMAGE… (files or folders)"
    static let options = [
        CommandOption("--json", nil, "Write one JSON object a line."),
        CommandOption("--min-confidence", "P", "Probability from which a name is given, 0…1; 0.5 by default."),
        CommandOption("--top-k", "N", "Alternatives listed in JSON; 5 by default."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let files = try pictureFiles(arguments.words)
        guard !files.isEmpty else { throw UsageFault("name at least one picture or a folder with pictures") }
        let minConfidence = try number(arguments, "--min-confidence", default: 0.5, in: 0...1)
        let topK = Int(try number(arguments, "--top-k", default: 5, in: 1...1_000))
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        let local = try await LocalDiagnosis.open(configuration)
        var rows: [[String]] = []
        var failures = 0
        for (index, file) in files.enumerated() {
            terminal.progress("pictures", index, of: files.count)
            let outcome = try await local.diagnose(file: file, minConfidence: minConfidence, topK: topK)
            if outcome.error != nil { failures += 1 }
            if arguments.has("--json") {
                terminal.say(try String(decoding: JSON.encode(outcome), as: UTF8.self))
            } else {
                rows.append([file, outcome.finding, outcome.certainty, outcome.verdictText])
            }
        }
        terminal.progress("pictures", files.count, of: files.count)
        if !arguments.has("--json") { terminal.table(["picture", "finding", "sure", "verdict"], rows) }
        return failures == 0 ? .done : failures == files.count ? .failed : .partlyDone
    }

    /// Files as named, and the pictures inside folders, in the order of their names.
    private static func pictureFiles(_ words: [String]) throws -> [String] {
        let endings: Set = ["jpg", "jpeg", "png", "webp", "tif", "tiff", "heic", "avif"]
        return try words.flatMap { word -> [String] in
            var isFolder = false
            guard FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) else {
                throw UsageFault("there is no file or folder \(word)")
            }
            guard isFolder else { return [word] }
            return try FileManager.default.subpathsOfDirectory(atPath: word)
                .filter { endings.contains(URL(filePath: $0).pathExtension.lowercased()) }
                .sorted().map { word + "/" + $0 }
        }
    }

    private static func number(
        _ arguments: Arguments,
        _ flag: String,
        default fallback: Double,
        in range: ClosedRange<Double>
    ) throws(UsageFault) -> Double {
        guard let text = arguments.value(flag) else { return fallback }
        guard let number = Double(text), range.contains(number) else {
            throw UsageFault("\(flag) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
