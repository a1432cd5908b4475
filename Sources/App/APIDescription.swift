import Core
import Database
import FoundationEssentials
import HTTPServer

/// The form in which the API is described.
package enum APIDescriptionFormat: Sendable { case openAPI, postman }

/// The description of the API as this configuration offers it.
package func describeAPI(as format: APIDescriptionFormat, _ configuration: Configuration) async throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hedgerow-openapi-\(UUIDv7.next())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kit = try await Kit.open(configuration.sketched(in: folder), log: .silent)
    let router = try Router(Composition.apiRoutes(kit))
    let description =
        switch format {
        case .openAPI: try router.openAPI(info)
        case .postman: router.postman(info)
        }
    await kit.close()
    return String(decoding: description.bytes(), as: UTF8.self)
}

private let info = Router.Info(
    title: "Hedgerow",
    version: Version.current,
    summary: "Looks after living things on both sides of the hedge.",
    securitySchemes: [
        ("key", ["type": "apiKey", "in": "header", "name": "X-API-Key"]),
        ("token", ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]),
        ("session", ["type": "apiKey", "in": "cookie", "name": "session"]),
    ],
    tags: [
        ("Serving", "The calls of the services that Hedgerow replaces."),
        ("Plant API", "Identify, diagnose, and read the catalogue."),
        ("Accounts", "Sign in, and look after one's own account."), ("People", "Invite and look after people."),
        ("Keys", "Keys for programs and devices."),
        ("Applications", "Applications of others that act for people, by OAuth 2."),
        ("Administration", "Look after the server."),
        ("Open Inference Protocol", "Tensors in, tensors out."), ("Server", "About the server itself."),
    ]
)

private let path = "/api/v1/openapi.json"

/// The routes together with the one that describes them all, itself included.
func describedRoutes(_ routes: [Route]) throws -> [Route] {
    let description = try Router(routes + [descriptionRoute([])]).openAPI(info).bytes()
    return routes + [descriptionRoute(description)]
}

private func descriptionRoute(_ bytes: [UInt8]) -> Route {
    Route(
        .get,
        path,
        summary: "Describe this API in OpenAPI 3.1",
        tags: ["Server"],
        answers: [.media("application/json", "The description.")]
    ) { _ in .bytes(bytes, type: "application/json") }
}
