import App
import Core
import FoundationEssentials

enum UserCommand: Command {
    static let name = "user"
    static let summary = "Look after the people of this server."
    static let words = "add|list|set-role|set-password|reset-2fa|suspend|activate|remove [EMAIL]"
    static let options = [
        CommandOption("--role", "ROLE", "admin, analyst, viewer or grower (default)."),
        CommandOption("--name", "NAME", "With add and --password-stdin: what the person is called."),
        CommandOption(
            "--password-stdin",
            nil,
            "Read the password from standard input; without it, add gives a link to choose one."
        ),
        CommandOption("--yes", nil, "Do not ask before somebody is removed."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard let verb = arguments.words.first else { throw UsageFault("takes \(words)") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        if verb == "list", arguments.words.count == 1 {
            let people = try await ManagePeople.with(configuration) { try await $0.people() }
            try show(people, arguments, terminal)
            return .done
        }
        guard arguments.words.count == 2 else { throw UsageFault("takes \(words)") }
        let email = arguments.words[1]
        let role = arguments.value("--role")
        let password = try arguments.has("--password-stdin") ? passwordFromInput() : nil
        if verb == "remove", !arguments.has("--yes") {
            guard terminal.confirms("Remove \(email) with all that is theirs?") == true else {
                throw UsageFault("this would remove \(email) for good: say --yes if that is meant")
            }
        }
        let done = try await ManagePeople.with(configuration) { people in
            try await act(verb, email, role, password, arguments.value("--name"), people)
        }
        terminal.say(done)
        return .done
    }

    private static func act(
        _ verb: String,
        _ email: String,
        _ role: String?,
        _ password: String?,
        _ name: String?,
        _ people: ManagePeople
    ) async throws -> String {
        switch verb {
        case "add":
            guard let password else { return try await people.invite(email, role: role ?? "grower") }
            guard let name else { throw UsageFault("--password-stdin needs --name too") }
            try await people.add(email, name: name, role: role ?? "grower", password: password)
            return "\(email) can sign in"
        case "set-role":
            guard let role else { throw UsageFault("set-role needs --role") }
            try await people.setRole(role, of: email)
            return "\(email) is \(role)"
        case "set-password":
            guard let password else { throw UsageFault("set-password needs --password-stdin") }
            try await people.setPassword(of: email, to: password)
            return "\(email) has another password and is signed out"
        case "reset-2fa":
            try await people.resetSecondFactor(of: email)
            return "\(email) has no second factor and is signed out"
        case "suspend":
            try await people.suspend(email)
            return "\(email) is suspended and signed out"
        case "activate":
            try await people.activate(email)
            return "\(email) can sign in"
        case "remove":
            try await people.remove(email)
            return "\(email) is gone"
        default: throw UsageFault("takes \(words)")
        }
    }

    private static func passwordFromInput() throws -> String {
        guard let line = readLine(), !line.isEmpty else { throw UsageFault("standard input has no password") }
        return line
    }

    private static func show(_ people: [ManagePeople.Person], _ arguments: Arguments, _ terminal: Terminal) throws {
        if arguments.has("--json") {
            return terminal.say(String(decoding: try JSON.encode(people), as: UTF8.self))
        }
        terminal.table(
            ["email", "name", "role", "state", "second factor"],
            people.map { [$0.email, $0.name, $0.role, $0.state, $0.secondFactor ? "yes" : "no"] }
        )
    }
}
