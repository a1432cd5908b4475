import Core
import Database
import HTTPServer

/// The calls with which a browser signs in with an organisation's provider.
struct OIDCRoutes: Sendable {
    let accounts: Accounts

    private static let provider = Parameter<String>.path("provider", "Name of the provider.")
    private static let next = Parameter<String?>.query("next", "Path on this server to go on to.")
    private static let link = Parameter<Bool>.query(
        "link",
        "Link the provider to the account of whoever is signed in.",
        default: false
    )
    /// A provider may be asked three times, and each time has limits of its own.
    private static let limits = Route.Limits(body: 16 << 10, time: .seconds(30))

    var all: [Route] { [list, start, callback, posted, complete] }

    struct Provider: APIValue {
        let name: String
        let title: String
        let makesAccounts: Bool
        static let notes = [
            "name": "As it stands in addresses.",
            "makesAccounts": "Whether somebody who is not known here gets an account.",
        ]
    }

    struct Providers: APIValue { let items: [Provider] }

    private var list: Route {
        Route(
            .get,
            "/api/v1/auth/oidc",
            summary: "List the providers with which one may sign in",
            tags: SignInRoutes.tags,
            quota: "public"
        ) { _ in
            Providers(
                items: accounts.oidc.map { client in
                    Provider(
                        name: client.provider.name,
                        title: client.provider.title,
                        makesAccounts: client.provider.registration == .create
                    )
                }
            )
        }
    }

    private var start: Route {
        Route(
            .get,
            "/api/v1/auth/oidc/{provider}/start",
            summary: "Send the browser to a provider to sign in, or to link it to one's account",
            tags: SignInRoutes.tags,
            parameters: [Self.provider, Self.next, Self.link],
            limits: Self.limits,
            quota: "public",
            answers: [
                .empty(302, "To the provider."), .empty(303, "To the page for signing in, with a word in `oidc`."),
                .problem(401, "Nobody is signed in who could link it."),
                .problem(403, "The address was not opened from a page of this server."),
                .problem(404, "There is no such provider."),
            ]
        ) { request in
            let client = try client(request)
            let next = request[Self.next]
            guard next.map(OIDCAddress.isLocalPath) ?? true else {
                throw Problem.unprocessable(["query", "next"], "is no path on this server, such as /account")
            }
            let linking = request[Self.link] ? try linker(request) : nil
            do {
                return try await accounts.beginOIDC(client, next: next, linking: linking, request)
            } catch let fault as OIDCFault {
                note(fault, client, request)
                return redirect(to: .unavailable, linking != nil)
            }
        }
    }

    /// Whoever is signed in here, in this browser, and asked for it on a page of ours.
    ///
    /// A page of another site must not link an account of its own at a provider to that of its visitor.
    private func linker(_ request: Request) throws -> User.ID {
        guard let caller = request.caller, case .cookie = caller.credential, let user = caller.user else {
            throw Problem.unauthorized("Sign in first: a provider is linked to an account.")
        }
        guard SameOrigin.cameFromOurPage(request, publicURL: accounts.options.publicURL) else {
            throw Problem(403, "cross-origin", "A provider is linked from this server's own pages only.")
        }
        return user
    }

    private static let code = Parameter<ProviderText?>.query("code", "What the provider trades for a token.")
    private static let state = Parameter<String?>.query("state", "What this server gave the browser on its way.")
    private static let error = Parameter<String?>.query("error", "Why the provider lets nobody in.")
    private static let issuer = Parameter<String?>.query("iss", "Which provider this is.")
    private static let user = Parameter<String?>.query("user", "What Apple says of somebody the first time.")

    private var callback: Route {
        Route(
            .get,
            "/api/v1/auth/oidc/{provider}/callback",
            summary: "Take what the provider says, and sign in",
            details:
                "Where a code of the second factor is due, the address has the word `code` and a token behind the `#`.",
            tags: SignInRoutes.tags,
            parameters: [Self.provider, Self.code, Self.state, Self.error, Self.issuer, Self.user],
            limits: Self.limits,
            quota: "public",
            answers: [
                .empty(303, "To where one wanted to go, or to the page for signing in with a word in `oidc`."),
                .problem(404, "There is no such provider."),
            ]
        ) { request in
            let client = try client(request)
            guard let attempt = try await attempt(request, client.provider) else { return redirect(to: .expired) }
            let outcome: EnterWithProvider.Outcome
            do {
                outcome = try await settle(attempt, client, request)
            } catch let fault as OIDCFault {
                note(fault, client, request)
                outcome = .refused(fault.code == .unavailable ? .unavailable : .failed, nil)
            }
            return answer(outcome, attempt, request)
        }
    }

    /// The attempt that this browser began; it is used up, whatever comes of it.
    private func attempt(_ request: Request, _ provider: OIDCProvider) async throws -> OIDCAttempt? {
        guard let state = request[Self.state],
            let attempt = try await accounts.tokens.redeem(state, as: .oidc, OIDCAttempt.self),
            attempt.provider == provider.name, OIDCBrowser(request)?.isSame(as: attempt.browser) == true,
            attempt.linking == nil || attempt.linking == request.caller?.user
        else { return nil }
        return attempt
    }

    private func settle(
        _ attempt: OIDCAttempt,
        _ client: OIDCClient,
        _ request: Request
    ) async throws -> EnterWithProvider.Outcome {
        if let word = request[Self.error] {
            let isRefusal = ["access_denied", "user_cancelled_authorize"].contains(word)
            accounts.log.info(
                "a provider let nobody in",
                [
                    "provider": .string(client.provider.name), "word": .string(word.plainWord),
                    "request": .string(request.id),
                ]
            )
            return .refused(isRefusal ? .denied : .failed, nil)
        }
        guard request[Self.issuer] ?? client.provider.issuer == client.provider.issuer,
            let code = request[Self.code]?.text
        else { throw OIDCFault.untrusted("the answer is another provider's, or has no code") }
        let token = try await client.token(for: code, attempt, at: accounts.clock)
        return try await EnterWithProvider(
            accounts: accounts,
            provider: client.provider,
            token: token,
            browser: attempt.browser,
            givenName: request[Self.user].flatMap(AppleUser.name),
            origin: request.origin
        )(linking: attempt.linking)
    }

    private func answer(_ outcome: EnterWithProvider.Outcome, _ attempt: OIDCAttempt, _ request: Request) -> Response {
        var response: Response
        switch outcome {
        case .begun(let session):
            response = .redirect(to: attempt.next ?? "/")
            response.headers += SignInRoutes.fields(session, request, accounts)
        case .codeNeeded(let token, _):
            let next = attempt.next.map { "&next=\($0.percentEncoded())" } ?? ""
            response = redirect(to: .code, more: "\(next)#\(token)")
            // The browser stays the one that may give the code.
            return response
        case .linked:
            response = attempt.next.map { Response.redirect(to: $0) } ?? redirect(to: .linked, true)
        case .refused(let word, _): response = redirect(to: word, attempt.linking != nil)
        }
        response["Cache-Control"] = "no-store"
        response.headers.append(OIDCBrowser.removal(request))
        return response
    }

    private var posted: Route {
        Route(
            .post,
            "/api/v1/auth/oidc/{provider}/callback",
            summary: "Take what a provider lets the browser post, as Apple does",
            details: "Leads to the same address with GET, since a browser brings its cookie only then.",
            tags: SignInRoutes.tags,
            parameters: [Self.provider],
            body: .bytes(["application/x-www-form-urlencoded"]),
            limits: Self.limits,
            access: .fromElsewhere,
            quota: "public",
            answers: [
                .empty(303, "To the same address."), .problem(404, "There is no such provider."),
                .problem(422, "The form cannot be read."),
            ]
        ) { request in
            let name = try client(request).provider.name
            let form = try request.formFields()
            let known = ["code", "state", "error", "iss", "user"]
            let query = form.filter { known.contains($0.0) && $0.1.utf8.count <= ProviderText.longest }.formEncoded
            return .redirect(to: "/api/v1/auth/oidc/\(name)/callback?\(query)")
        }
    }

    struct Code: APIValue {
        let token: String
        let code: String
        static let notes = [
            "token": "From behind the `#` of the address.", "code": "Of the second factor, or a recovery code.",
        ]
    }

    private var complete: Route {
        Route(
            .post,
            "/api/v1/auth/oidc/complete",
            summary: "Give the code of the second factor, after a provider said who one is",
            tags: SignInRoutes.tags,
            body: .json(Code.self),
            limits: SignInRoutes.limits,
            quota: "public",
            answers: [
                .json(SignedInAnswer.self, "Signed in, with a cookie."), .problem(401, "The code is wrong."),
                .problem(403, "The call came from another site."),
                .problem(410, "It took too long, or another browser began it."),
                .problem(429, "Too many attempts."),
            ]
        ) { request in
            try SignInRoutes.refuseStrangers(.browser, request, accounts)
            let given = try request.json(Code.self)
            let begun = try await accounts.completeOIDC(given.token, code: given.code, request)
            var response = try await SignInRoutes.answer(begun, request, accounts)
            response.headers.append(OIDCBrowser.removal(request))
            return response
        }
    }

    private func client(_ request: Request) throws -> OIDCClient {
        let name = request[Self.provider]
        guard let client = accounts.oidc.first(where: { $0.provider.name == name }) else {
            throw Problem.notFound("There is no provider of this name.")
        }
        return client
    }

    private func redirect(to word: OIDCWord, _ isLinking: Bool = false, more: String = "") -> Response {
        var response = Response.redirect(to: "/\(isLinking ? "account" : "sign-in")?oidc=\(word.rawValue)\(more)")
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }

    private func note(_ fault: OIDCFault, _ client: OIDCClient, _ request: Request) {
        accounts.log.warning(
            "nobody could sign in with a provider",
            [
                "provider": .string(client.provider.name), "cause": .string(fault.description),
                "request": .string(request.id),
            ]
        )
    }
}
