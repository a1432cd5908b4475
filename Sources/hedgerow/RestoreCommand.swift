import App
import Core
import FoundationEssentials

enum RestoreCommand: Command {
    static let name = "restore"
    static let summary = "Bring a backup back into an empty database and object store, list backups, or prove one."
    static let options = [
        CommandOption("--from", "PLACE", "Folder or s3://bucket/prefix… of the backups; backup_to when not given."),
        CommandOption("--id", "ID", "Which backup; the latest when not given."),
        CommandOption("--list", nil, "Only list the backups."),
        CommandOption(
            "--verify",
            nil,
            "Only prove that a backup is whole: read all of it, restore its rows elsewhere."
        ),
        CommandOption("--point-in-time", "TIME", "Say how PostgreSQL is brought back to this moment from its archive."),
        CommandOption(
            "--allow-unencrypted",
            nil,
            "Take a backup that is not encrypted although there is a backup_key: anyone who may write there could have made it."
        ),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static let endsGently = true

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("restore takes no further words; see --from and --id") }
        guard ["--list", "--verify", "--point-in-time"].count(where: arguments.has) <= 1 else {
            throw UsageFault("--list, --verify and --point-in-time do not go together")
        }
        let id = arguments.value("--id")
        let environment = ProcessInfo.processInfo.environment
        let configuration = try arguments.configuration(environment: environment)
        if let text = arguments.value("--point-in-time") {
            guard let time = Timestamp(text) else {
                throw UsageFault("--point-in-time takes a time with an offset, such as 2026-05-14T09:12:00Z")
            }
            let advice = try await PointInTime(configuration).advice(for: time)
            terminal.say(advice.text)
            return advice.isPossible ? .done : .failed
        }
        let backups = try Backups(
            configuration,
            place: arguments.value("--from"),
            named: "--from",
            takesPlain: arguments.has("--allow-unencrypted"),
            environment: environment
        )
        if arguments.has("--list") { return try list(try await backups.list(), arguments, terminal) }
        let isProof = arguments.has("--verify")
        let progress: Backups.Progress = { doing, done, total in terminal.progress(doing, done, of: total) }
        let report =
            try await isProof
            ? backups.verify(id, progress: progress) : backups.restore(id, progress: progress)
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(report), as: UTF8.self))
        } else {
            terminal.say(
                "\(report.id): \(report.rows) rows and \(report.objects) objects \(isProof ? "are whole" : "restored")"
            )
        }
        return .done
    }

    private static func list(
        _ entries: [Backups.Entry],
        _ arguments: Arguments,
        _ terminal: Terminal
    ) throws -> ExitCode {
        if arguments.has("--json") {
            terminal.say(try String(decoding: JSON.encode(entries), as: UTF8.self))
        } else {
            terminal.table(
                ["backup", "made by", "rows", "objects", "MB", ""],
                entries.map {
                    [
                        $0.id, $0.madeBy, "\($0.rows)", "\($0.objects)", "\($0.objectBytes >> 20)",
                        $0.problem ?? ($0.isEncrypted ? "encrypted" : ""),
                    ]
                }
            )
        }
        return entries.allSatisfy { $0.problem == nil } ? .done : .partlyDone
    }
}
