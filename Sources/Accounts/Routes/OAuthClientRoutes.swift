import Core
import Database
import HTTPServer

/// The calls with which an administrator registers and removes applications.
struct OAuthClientRoutes: Sendable {
    let accounts: Accounts

    private static let id = Parameter<OAuthClient.ID>.path("id", "Key of the application, which is its client_id.")

    var all: [Route] { [register, list, remove] }

    struct Wish: APIValue {
        let name: String
        let redirectUris: [String]?
        let scopes: [Permission]
        let grantTypes: [OAuthClient.GrantType]?
        let confidential: Bool?
        static let notes = [
            "name": "As people read it when they are asked.",
            "redirectUris": "Where it may be sent back to: https, or http on this machine itself, there with any port.",
            "scopes": "What it may ask for: predict, analyses, audit, server.",
            "grantTypes":
                "How it comes by tokens; when not given, authorization_code with addresses and client_credentials without.",
            "confidential": "Whether it can keep a secret, as a program on a server can; true when not given.",
        ]
    }

    struct ClientAnswer: APIValue {
        let clientId: OAuthClient.ID
        let clientSecret: String?
        let name: String
        let redirectUris: [String]
        let scopes: [Permission]
        let grantTypes: [OAuthClient.GrantType]
        let confidential: Bool
        let owner: User.ID?
        let createdAt: Timestamp
        static let notes = [
            "clientSecret": "Shown only when it is registered.",
            "owner": "Who registered it; null once they are gone.",
        ]

        init(_ client: OAuthClient, secret: String? = nil) {
            clientId = client.id
            clientSecret = secret
            name = client.name
            redirectUris = client.redirects.map(\.text)
            scopes = client.scopes.sorted { $0.rawValue < $1.rawValue }
            grantTypes = client.grantTypes.sorted { $0.rawValue < $1.rawValue }
            confidential = client.isConfidential
            owner = client.owner
            createdAt = client.createdAt
        }
    }

    private var register: Route {
        Route(
            .post,
            "/api/v1/oauth/clients",
            summary: "Register an application that may ask people to act for them",
            tags: OAuthRoutes.tags,
            body: .json(Wish.self),
            limits: SignInRoutes.limits,
            access: .people,
            quota: "user",
            status: 201,
            answers: [.problem(409, "There are too many applications.")]
        ) { request in
            let (_, id) = try request.person()
            let wish = try request.json(Wish.self)
            guard let owner = try await accounts.users.user(id) else { throw Problem.notFound() }
            let made = try await accounts.registerClient(
                OAuthClientWish(
                    name: wish.name.trimmingWhitespace(),
                    redirects: wish.redirectUris ?? [],
                    scopes: Set(wish.scopes),
                    grantTypes: wish.grantTypes.map { Set($0) },
                    isConfidential: wish.confidential ?? true
                ),
                by: owner,
                from: request.origin
            )
            return ClientAnswer(made.client, secret: made.secret)
        }
    }

    struct Page: APIValue {
        let items: [ClientAnswer]
        let next: String?
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/oauth/clients",
            summary: "List the applications, the newest first",
            tags: OAuthRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .people,
            quota: "user"
        ) { request in
            let page = try await accounts.clients.page(
                after: OAuthClientStore.order.place(of: request[Paging.after]),
                limit: request[Paging.limit]
            )
            return Page(items: page.clients.map { ClientAnswer($0) }, next: page.next?.token)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/oauth/clients/{id}",
            summary: "Remove an application; whatever it was let do ends at once",
            tags: OAuthRoutes.tags,
            parameters: [Self.id],
            access: .people,
            quota: "user",
            answers: [.empty(204, "It is gone."), .problem(404, "There is no application with this key.")]
        ) { request in
            let actor = request.caller?.logName ?? ""
            try await accounts.removeClient(request[Self.id], by: actor, from: request.origin)
            return .noContent
        }
    }
}
