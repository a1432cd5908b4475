import Core
import Database
import HTTPServer

/// The calls by which applications of others come to act for people (RFC 6749, 7009, 7636, 8414, 9207).
struct OAuthRoutes: Sendable {
    let accounts: Accounts

    static let tags = ["Applications"]
    private static let form = RouteBody.bytes(["application/x-www-form-urlencoded"])

    var all: [Route] { [metadata, authorize, token, revoke] }

    struct Metadata: APIValue {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let revocationEndpoint: String
        let responseTypesSupported: [String]
        let responseModesSupported: [String]
        let grantTypesSupported: [String]
        let codeChallengeMethodsSupported: [String]
        let tokenEndpointAuthMethodsSupported: [String]
        let revocationEndpointAuthMethodsSupported: [String]
        let scopesSupported: [String]
        let authorizationResponseIssParameterSupported: Bool
        let serviceDocumentation: String
    }

    private var metadata: Route {
        Route(
            .get,
            "/.well-known/oauth-authorization-server",
            summary: "Describe this server to applications (RFC 8414)",
            tags: Self.tags,
            operation: "get_oauth_metadata",
            quota: "public"
        ) { request in
            let base = accounts.base(of: request)
            let ways = ["client_secret_basic", "client_secret_post", "none"]
            return Metadata(
                issuer: base,
                authorizationEndpoint: base + "/oauth/authorize",
                tokenEndpoint: base + "/oauth/token",
                revocationEndpoint: base + "/oauth/revoke",
                responseTypesSupported: ["code"],
                responseModesSupported: ["query"],
                grantTypesSupported: ["authorization_code", "refresh_token", "client_credentials"],
                codeChallengeMethodsSupported: ["S256"],
                tokenEndpointAuthMethodsSupported: ways,
                revocationEndpointAuthMethodsSupported: ways,
                scopesSupported: Accounts.keyScopes.map(\.rawValue).sorted(),
                authorizationResponseIssParameterSupported: true,
                serviceDocumentation: base + "/docs"
            )
        }
    }

    private var authorize: Route {
        Route(
            .get,
            "/oauth/authorize",
            summary: "Ask a person, in their browser, to let an application act for them",
            details: "Leads to the page that asks them, or back to the application when it asked wrongly.",
            tags: Self.tags,
            parameters: AuthorizationQuery.parameters,
            quota: "public",
            answers: [
                .empty(303, "To the page that asks the person, or to the application with an error.")
            ]
        ) { request in
            var response: Response
            do {
                _ = try await accounts.authorization(AuthorizationQuery(request))
                response = .redirect(to: "/authorize?" + request.target.query.map { ($0.name, $0.value) }.formEncoded)
            } catch AuthorizationFault.untrusted(let word) {
                response = .redirect(to: "/authorize?fault=\(word.rawValue)")
            } catch AuthorizationFault.refused(let fault, let redirect, let state) {
                let pairs = [("error", fault.code.rawValue), ("error_description", fault.detail)]
                let issuer = accounts.base(of: request)
                response = .redirect(to: AuthorizationRequest.address(redirect, pairs, state: state, issuer: issuer))
            }
            response.headers += [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]
            return response
        }
    }

    struct Tokens: APIValue {
        let accessToken: String
        let tokenType: String
        let expiresIn: Int
        let refreshToken: String?
        let scope: String
        static let notes = [
            "accessToken": "Send it as Authorization: Bearer.",
            "expiresIn": "Seconds that the access token is good for.",
            "refreshToken": "Good once; there is none for client credentials.", "scope": "What it allows.",
        ]
    }

    private var token: Route {
        Route(
            .post,
            "/oauth/token",
            summary: "Trade a code, a refresh token or an application's secret for tokens",
            details: """
                A form with `grant_type`: `authorization_code` (with `code`, `redirect_uri`, `code_verifier`), `refresh_token` \
                (with `refresh_token`) or `client_credentials`; `scope` asks for less. The application shows who it is by \
                `client_id` and `client_secret`, in the form or as Basic.
                """,
            tags: Self.tags,
            body: Self.form,
            limits: SignInRoutes.limits,
            access: .ownCredentials,
            quota: "public",
            answers: [
                .json(Tokens.self, "Tokens."), .json(OAuthFault.Answer.self, "What is wrong.", status: 400),
                .json(OAuthFault.Answer.self, "The application or its secret is not known.", status: 401),
            ]
        ) { request in
            try await Self.answering {
                let issue = IssueTokens(accounts: accounts, origin: request.origin)
                let tokens = try await issue(TokenRequest(request))
                var response = try Response.json(
                    Tokens(
                        accessToken: tokens.access,
                        tokenType: "Bearer",
                        expiresIn: Int(tokens.life.seconds),
                        refreshToken: tokens.refresh,
                        scope: tokens.scopes.scopeText
                    )
                )
                response.headers += [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
                return response
            }
        }
    }

    private var revoke: Route {
        Route(
            .post,
            "/oauth/revoke",
            summary: "Take back a token that an application no longer needs (RFC 7009)",
            details:
                "A form with `token`. With a refresh token ends all that was allowed. A token that is not known counts as taken back.",
            tags: Self.tags,
            body: Self.form,
            limits: SignInRoutes.limits,
            access: .ownCredentials,
            quota: "public",
            answers: [
                .empty(200, "It opens nothing any more."), .json(OAuthFault.Answer.self, "What is wrong.", status: 400),
                .json(OAuthFault.Answer.self, "The application or its secret is not known.", status: 401),
            ]
        ) { request in
            try await Self.answering {
                try await accounts.revoke(TokenRequest(request), from: request.origin)
                return Response(status: 200, headers: [("Cache-Control", "no-store")])
            }
        }
    }

    private static func answering(_ work: () async throws -> Response) async throws -> Response {
        do { return try await work() } catch let fault as OAuthFault { return try fault.response() }
    }
}

extension AuthorizationQuery {
    private static let clientID = Parameter<String?>.query("client_id", "Which application asks.")
    private static let redirect = Parameter<String?>.query("redirect_uri", "Where it is sent back to, as registered.")
    private static let responseType = Parameter<String?>.query("response_type", "Always code.")
    private static let scope = Parameter<String?>.query(
        "scope",
        "What it asks for, between blanks; all when not given."
    )
    private static let state = Parameter<String?>.query("state", "Comes back as it is.")
    private static let challenge = Parameter<String?>.query(
        "code_challenge",
        "The SHA-256 of the verifier, as base64url (RFC 7636)."
    )
    private static let challengeMethod = Parameter<String?>.query("code_challenge_method", "Always S256.")

    static var parameters: [any ParameterDeclaration] {
        [clientID, redirect, responseType, scope, state, challenge, challengeMethod]
    }

    /// From the address of a route that has these parameters.
    init(_ request: Request) {
        self.init(
            clientID: request[Self.clientID],
            redirect: request[Self.redirect],
            responseType: request[Self.responseType],
            scope: request[Self.scope],
            state: request[Self.state],
            challenge: request[Self.challenge],
            challengeMethod: request[Self.challengeMethod]
        )
    }
}
