import App
import Core
import FoundationEssentials

enum BackupCommand: Command {
    static let name = "backup"
    static let summary = "Copy all rows and pictures to another place, beside a running server."
    static let words = "[FOLDER | s3://bucket/prefix…]"
    static let options = [
        CommandOption(
            "--keep-days",
            "N",
            "Remove backups older than this afterwards; backup_keep_days when not given."
        ),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static let endsGently = true

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.count <= 1 else { throw UsageFault("backup takes one place") }
        let days = try arguments.value("--keep-days").map { text in
            guard let days = Int(text), Backups.keepDays.contains(days) else {
                throw UsageFault(
                    "--keep-days takes a number of days from \(Backups.keepDays.lowerBound) to \(Backups.keepDays.upperBound)"
                )
            }
            return days
        }
        let environment = ProcessInfo.processInfo.environment
        let configuration = try arguments.configuration(environment: environment)
        let backups = try Backups(
            configuration,
            place: arguments.words.first,
            named: "the place",
            environment: environment
        )
        let report = try await backups.make(keepDays: days) { doing, done, total in
            terminal.progress(doing, done, of: total)
        }
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(report), as: UTF8.self))
        } else {
            terminal.say(
                "\(report.id): \(report.rows) rows, \(report.objects) objects (\(report.newObjects) new, "
                    + "\(report.newObjectBytes >> 10) kB)\(report.isEncrypted ? ", encrypted" : "")"
            )
            if !report.removed.isEmpty { terminal.say("removed \(report.removed.count) older than they are kept") }
        }
        if let obstacle = report.clearingUp { terminal.complain("nothing was cleared up: \(obstacle)") }
        return .done
    }
}
