import App
import Core
import FoundationEssentials

enum FTPAuthCommand: Command {
    static let name = "ftp-auth"
    static let summary = "Tell pure-authd whether a camera may upload, and where to; called by it for every login."
    static let options: [CommandOption] = []

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("takes no words") }
        let environment = ProcessInfo.processInfo.environment
        guard let account = environment["AUTHD_ACCOUNT"], let password = environment["AUTHD_PASSWORD"] else {
            throw UsageFault("is called by pure-authd, which gives AUTHD_ACCOUNT and AUTHD_PASSWORD")
        }
        let configuration = try arguments.configuration(environment: environment)
        let answer = try await CameraTraps.with(configuration) { traps in
            try await traps.ftpAnswer(account: account, password: password)
        }
        terminal.say(answer)
        return .done
    }
}
