import Database
import Core
import HTTPServer

/// The calls that begin, continue and end a session.
struct SignInRoutes: Sendable {
    let accounts: Accounts

    static let tags = ["Accounts"]
    static let limits = Route.Limits(body: 16 << 10)
    private static let device = "device"
    private static let deviceLife = 365 * 86_400

    var all: [Route] { [logIn, refresh, logOut, me, rename, ticket] }

    struct Credentials: APIValue {
        let email: String
        let password: String
        let code: String?
        let session: Session.Kind?
        static let notes = [
            "code": "Of the second factor, or a recovery code; asked for with a problem of type code-needed.",
            "session": "browser for a cookie, token (default) for tokens.",
        ]
    }

    private var logIn: Route {
        Route(
            .post,
            "/api/v1/auth/login",
            summary: "Sign in with a password",
            details: "Answers 401 with the type code-needed when the second factor is missing: send all again with it.",
            tags: Self.tags,
            body: .json(Credentials.self),
            limits: Self.limits,
            quota: "public",
            answers: [
                .json(TokenAnswer.self, "Tokens, for session=token."),
                .problem(401, "Wrong address, password or code, or a code is needed."),
                .problem(403, "The account is suspended, or its address is not proved."),
                .problem(429, "Too many attempts."),
            ]
        ) { request in
            let given = try request.json(Credentials.self)
            let kind = given.session ?? .token
            try Self.refuseStrangers(kind, request, accounts)
            let begun = try await accounts.signIn(
                SignIn.Attempt(
                    email: given.email,
                    password: given.password,
                    code: given.code,
                    device: request.headers.cookie(Self.device),
                    kind: kind,
                    origin: request.origin,
                    household: request.client.household
                )
            )
            try await endPresent(request)
            return try await Self.answer(begun, request, accounts)
        }
    }

    /// A browser has one session: the one that it signs in from is over.
    private func endPresent(_ request: Request) async throws {
        guard let caller = request.caller, let user = caller.user, case .cookie(let session) = caller.credential else {
            return
        }
        try await accounts.end(session, of: user, by: caller, from: request.origin)
    }

    /// A page of another site must not sign its visitor in as somebody else.
    static func refuseStrangers(_ kind: Session.Kind, _ request: Request, _ accounts: Accounts) throws {
        guard kind == .browser, !SameOrigin.admits(request, publicURL: accounts.options.publicURL) else { return }
        throw Problem(403, "cross-origin", "A session in a cookie begins on this server's own pages only.")
    }

    /// The cookie or the tokens of a session that has just begun.
    static func answer(_ begun: BegunSession, _ request: Request, _ accounts: Accounts) async throws -> Response {
        guard begun.session.kind == .browser else {
            return try Response.json(await tokens(begun, accounts))
        }
        let hasFactor = begun.session.hasSecondFactor
        var response = try Response.json(await accounts.standing(of: begun.user, hasSecondFactor: hasFactor))
        response.headers += fields(begun, request, accounts)
        return response
    }

    /// What the browser keeps of a session that has just begun.
    static func fields(
        _ begun: BegunSession,
        _ request: Request,
        _ accounts: Accounts
    ) -> [(name: String, value: String)] {
        let known = accounts.guardian.deviceToken(for: begun.user.email)
        let secure = request.isSecure ? "; Secure" : ""
        let device =
            "\(device)=\(known); Path=/api/v1/auth; Max-Age=\(deviceLife); HttpOnly; SameSite=Strict\(secure)"
        return [
            SessionCookie.field(begun.secret, isSecure: request.isSecure), ("Set-Cookie", device),
            ("Cache-Control", "no-store"),
        ]
    }

    private static func tokens(_ begun: BegunSession, _ accounts: Accounts) async throws -> TokenAnswer {
        let life = accounts.options.tokenLife
        let token = AccessToken(
            user: begun.user.id,
            session: begun.session.id,
            at: accounts.clock.now(),
            life: life
        )
        return TokenAnswer(
            accessToken: try token.signed(with: await accounts.signingKeys.current()),
            refreshToken: begun.secret,
            tokenType: "Bearer",
            expiresIn: token.expiresAt - token.issuedAt,
            user: UserAnswer(begun.user)
        )
    }

    struct Refresh: APIValue { let refreshToken: String }

    private var refresh: Route {
        Route(
            .post,
            "/api/v1/auth/refresh",
            summary: "Trade a refresh token for new tokens",
            details: "Each refresh token is good once. One that comes again was copied: its session ends.",
            tags: Self.tags,
            body: .json(Refresh.self),
            limits: Self.limits,
            quota: "public",
            answers: [
                .json(TokenAnswer.self, "New tokens."), .problem(401, "The token is not good, or was used before."),
            ]
        ) { request in
            let begun = try await accounts.refresh(request.json(Refresh.self).refreshToken, from: request.origin)
            var response = try Response.json(await Self.tokens(begun, accounts))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }

    private var logOut: Route {
        let everywhere = Parameter<Bool>.query("everywhere", "End all sessions of this account.", default: false)
        return Route(
            .post,
            "/api/v1/auth/logout",
            summary: "End this session, or all of them",
            tags: Self.tags,
            parameters: [everywhere],
            access: .account,
            quota: "user",
            answers: [.empty(204, "It has ended.")]
        ) { request in
            let (caller, id) = try request.person()
            if request[everywhere] {
                try await accounts.endAll(of: id, by: caller, from: request.origin)
            } else if let session = caller.session {
                try await accounts.end(session, of: id, by: caller, from: request.origin)
            }
            return Response(status: 204, headers: [SessionCookie.removal(isSecure: request.isSecure)])
        }
    }

    private var me: Route {
        Route(
            .get,
            "/api/v1/auth/me",
            summary: "Tell who is signed in",
            tags: Self.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (caller, id) = try request.person()
            guard let user = try await accounts.users.user(id) else {
                throw Problem.unauthorized("This account is gone.")
            }
            return try await accounts.standing(of: user, hasSecondFactor: caller.hasSecondFactor)
        }
    }

    struct Rename: APIValue { let name: String }

    private var rename: Route {
        Route(
            .patch,
            "/api/v1/auth/me",
            summary: "Change the name that you go by",
            tags: Self.tags,
            body: .json(Rename.self),
            limits: Self.limits,
            access: .account,
            quota: "user"
        ) { request in
            let (caller, id) = try request.person()
            let name = try request.json(Rename.self).name.trimmingWhitespace()
            try MakePerson.check(name: name)
            let user = try await accounts.change(id, by: caller.logName, from: request.origin) { $0.name = name }
            return try await accounts.standing(of: user, hasSecondFactor: caller.hasSecondFactor)
        }
    }

    struct Ticket: APIValue {
        let ticket: String
        let expiresIn: Int
        static let notes = ["ticket": "Good once, as ?token= of a WebSocket."]
    }

    private var ticket: Route {
        Route(
            .post,
            "/api/v1/auth/ticket",
            summary: "Get a ticket that opens one WebSocket within a minute",
            tags: Self.tags,
            access: .predict,
            quota: "user"
        ) { request in
            guard let caller = request.caller else {
                throw Problem.unauthorized("Nobody is signed in: no ticket is needed.")
            }
            let text = try await accounts.tickets.issue(to: caller)
            return Ticket(ticket: text, expiresIn: Int(SocketTickets.life.seconds))
        }
    }
}

extension Accounts {
    fileprivate func standing(of user: User, hasSecondFactor: Bool) async throws -> SignedInAnswer {
        SignedInAnswer(
            user,
            hasSecondFactor: hasSecondFactor,
            features: options.features,
            eraseAt: user.state == .leaving ? try await departure(of: user.id)?.eraseAt : nil
        )
    }
}
