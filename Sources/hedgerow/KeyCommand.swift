import App
import Core
import FoundationEssentials

enum KeyCommand: Command {
    static let name = "key"
    static let summary = "Make, list and end keys for programs and devices."
    static let words = "add|list|revoke ID|rotate-signing"
    static let options = [
        CommandOption("--name", "NAME", "What the key is for; the client's name when not given."),
        CommandOption("--client", "NAME", "What must stand in X-Client-Id; nothing need when not given."),
        CommandOption("--scope", "SCOPES", "What it may do, with commas: predict,analyses."),
        CommandOption("--user", "EMAIL", "Whose it is; the one administrator's when not given."),
        CommandOption("--quota", "CALLS", "Calls a minute, instead of the usual limit."),
        CommandOption("--days", "DAYS", "How long it lives; until it is revoked when not given."),
        CommandOption("--json", nil, "Write JSON."),
    ]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        switch (arguments.words.first, arguments.words.count) {
        case ("add", 1):
            let order = try order(arguments)
            let key = try await ManagePeople.with(configuration) { people in
                try await people.addKey(order, for: arguments.value("--user"))
            }
            if arguments.has("--json") {
                terminal.say(String(decoding: try JSON.encode(key), as: UTF8.self))
            } else {
                terminal.say(key.secret ?? "")
                terminal.complain("This is the key; it is shown only now.")
            }
        case ("list", 1):
            let keys = try await ManagePeople.with(configuration) { try await $0.keys() }
            try show(keys, arguments, terminal)
        case ("revoke", 2):
            try await ManagePeople.with(configuration) { try await $0.removeKey(arguments.words[1]) }
            terminal.say("\(arguments.words[1]) opens nothing any more")
        case ("rotate-signing", 1):
            try await ManagePeople.with(configuration) { try await $0.rotateSigningKey() }
            terminal.say("a new key signs access tokens; those that are out stay good until they run out")
        default: throw UsageFault("takes \(words)")
        }
        return .done
    }

    private static func order(_ arguments: Arguments) throws -> ManagePeople.KeyOrder {
        let client = arguments.value("--client")
        guard let name = arguments.value("--name") ?? client else { throw UsageFault("add needs --name or --client") }
        let scopes = (arguments.value("--scope") ?? "").split(separator: ",").map(String.init)
        guard !scopes.isEmpty else {
            throw UsageFault("add needs --scope with some of \(ManagePeople.scopes.joined(separator: ", "))")
        }
        return ManagePeople.KeyOrder(
            name: name,
            client: client,
            scopes: scopes,
            quota: try number("--quota", arguments),
            days: try number("--days", arguments)
        )
    }

    private static func number(_ flag: String, _ arguments: Arguments) throws -> Int? {
        try arguments.value(flag).map { text in
            guard let number = Int(text), (1...1_000_000).contains(number) else {
                throw UsageFault("\(flag) takes a whole number")
            }
            return number
        }
    }

    private static func show(_ keys: [ManagePeople.Key], _ arguments: Arguments, _ terminal: Terminal) throws {
        if arguments.has("--json") {
            return terminal.say(String(decoding: try JSON.encode(keys), as: UTF8.self))
        }
        terminal.table(
            ["id", "name", "client", "scopes", "expires", "last used"],
            keys.map { key in
                [
                    key.id, key.name, key.client ?? "any", key.scopes.joined(separator: " "), key.expiresAt ?? "never",
                    key.lastUsedAt ?? "never",
                ]
            }
        )
    }
}
