import App
import Core
import FoundationEssentials

enum OpenAPICommand: Command {
    static let name = "openapi"
    static let summary = "Write the description of the API."
    static let options = [CommandOption("--postman", nil, "Write a Postman collection instead of OpenAPI 3.1.")]

    static func run(_ arguments: Arguments, on terminal: Terminal) async throws -> ExitCode {
        guard arguments.words.isEmpty else { throw UsageFault("openapi takes no further words") }
        let configuration = try arguments.configuration(environment: ProcessInfo.processInfo.environment)
        terminal.say(try await describeAPI(as: arguments.has("--postman") ? .postman : .openAPI, configuration))
        return .done
    }
}
