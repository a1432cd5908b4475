import Core
import Database
import HTTPServer

/// The calls with which a person lets applications act for them, sees which do, and ends it.
struct OAuthGrantRoutes: Sendable {
    let accounts: Accounts

    private static let id = Parameter<OAuthGrant.ID>.path("id", "Key of what was allowed, as the list names it.")
    private static let path = "/api/v1/oauth/authorization"

    var all: [Route] { [look, decide, list, withdraw] }

    struct Question: APIValue {
        let clientId: OAuthClient.ID
        let name: String
        let redirectUri: String
        let scopes: [Permission]
        let beyondYou: [Permission]
        static let notes = [
            "scopes": "What the application would be let do.",
            "beyondYou": "What it asks for too, and what you may not do yourself.",
        ]
    }

    private var look: Route {
        Route(
            .get,
            Self.path,
            summary: "Tell which application asks, and for what",
            tags: OAuthRoutes.tags,
            parameters: AuthorizationQuery.parameters,
            access: .account,
            quota: "user",
            answers: [.problem(400, "The application is not known, or asks wrongly.")]
        ) { request in
            let (caller, id) = try request.person()
            guard let user = try await accounts.users.user(id) else { throw Problem.notFound() }
            let asked = try await checked(AuthorizationQuery(request))
            let given = asked.scopes.intersection(accounts.allowable(by: user, caller))
            return Question(
                clientId: asked.client.id,
                name: asked.client.name,
                redirectUri: asked.redirect.text,
                scopes: given.sorted { $0.rawValue < $1.rawValue },
                beyondYou: asked.scopes.subtracting(given).sorted { $0.rawValue < $1.rawValue }
            )
        }
    }

    struct Decision: APIValue {
        let allow: Bool
        let clientId: String
        let redirectUri: String
        let responseType: String
        let scope: String?
        let state: String?
        let codeChallenge: String
        let codeChallengeMethod: String
        static let notes = ["allow": "false says no. All else is as the application gave it."]

        fileprivate var query: AuthorizationQuery {
            AuthorizationQuery(
                clientID: clientId,
                redirect: redirectUri,
                responseType: responseType,
                scope: scope,
                state: state,
                challenge: codeChallenge,
                challengeMethod: codeChallengeMethod
            )
        }
    }

    struct Way: APIValue {
        let location: String
        static let notes = ["location": "Where the browser goes on to: the application, with its answer."]
    }

    private var decide: Route {
        Route(
            .post,
            Self.path,
            summary: "Let an application act for you, or not",
            details: "Only from this server's own page, in a browser that is signed in.",
            tags: OAuthRoutes.tags,
            body: .json(Decision.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "user",
            answers: [
                .problem(400, "The application is not known, or asks wrongly."),
                .problem(403, "This is no browser, or you may do nothing of it yourself."),
            ]
        ) { request in
            let (caller, id) = try request.person()
            // A program that has somebody's token must not let another program in.
            guard case .cookie = caller.credential else {
                throw Problem(403, "browser-needed", "This is decided in a browser, on this server's own page.")
            }
            guard let user = try await accounts.users.user(id) else { throw Problem.notFound() }
            let decision = try request.json(Decision.self)
            let asked = try await checked(decision.query)
            let answer =
                decision.allow
                ? ("code", try await accounts.allow(asked, as: caller, user, from: request.origin))
                : ("error", OAuthFault.Code.accessDenied.rawValue)
            return Way(location: asked.address([answer], issuer: accounts.base(of: request)))
        }
    }

    /// What an application asks, for our own page: nobody is sent away from it by a wrong question.
    private func checked(_ query: AuthorizationQuery) async throws -> AuthorizationRequest {
        do {
            return try await accounts.authorization(query)
        } catch AuthorizationFault.untrusted(let word) {
            throw Problem(400, word.rawValue, word.sentence)
        } catch AuthorizationFault.refused(let fault, _, _) {
            throw Problem(400, "bad-question", "The application asked wrongly: \(fault.detail).")
        }
    }

    struct GrantAnswer: APIValue {
        let id: OAuthGrant.ID
        let clientId: OAuthClient.ID
        let name: String
        let scopes: [Permission]
        let createdAt: Timestamp
        let lastUsedAt: Timestamp?
        let expiresAt: Timestamp
        static let notes = ["name": "Of the application.", "expiresAt": "When it ends if it is not used."]

        init(_ grant: OAuthGrant, _ client: OAuthClient) {
            id = grant.id
            clientId = client.id
            name = client.name
            scopes = grant.scopes.sorted { $0.rawValue < $1.rawValue }
            createdAt = grant.createdAt
            lastUsedAt = grant.lastUsedAt
            expiresAt = grant.expiresAt
        }
    }

    struct Grants: APIValue { let items: [GrantAnswer] }

    private var list: Route {
        Route(
            .get,
            "/api/v1/oauth/grants",
            summary: "List the applications that you let act for you, the newest first",
            tags: OAuthRoutes.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            return Grants(items: try await accounts.allowed(by: id).map { GrantAnswer($0, $1) })
        }
    }

    private var withdraw: Route {
        Route(
            .delete,
            "/api/v1/oauth/grants/{id}",
            summary: "End what an application does for you, at once",
            tags: OAuthRoutes.tags,
            parameters: [Self.id],
            access: .account,
            quota: "user",
            answers: [.empty(204, "It acts for you no more."), .problem(404, "You have allowed no such thing.")]
        ) { request in
            let (_, id) = try request.person()
            try await accounts.withdraw(request[Self.id], of: id, from: request.origin)
            return .noContent
        }
    }
}

extension AuthorizationFault.Word {
    fileprivate var sentence: String {
        switch self {
        case .unknownApplication: "No application of this name is registered here."
        case .otherAddress: "The application wants to be sent back to an address that is not registered for it."
        }
    }
}
