import Core
import Database
import HTTPServer

/// The calls with which somebody changes the address that they sign in with.
struct EmailRoutes: Sendable {
    let accounts: Accounts

    var all: [Route] { [ask, confirm] }

    struct Ask: APIValue {
        let email: String
        let password: String
        let code: String?
        static let notes = [
            "email": "The new address.", "code": "Of the second factor, or a recovery code, where there is one.",
        ]
    }

    private var ask: Route {
        Route(
            .put,
            "/api/v1/auth/email",
            summary: "Ask for another address: a letter with a link is sent to it",
            details: """
                Your address stays until the link is opened, within a day. The answer is the same whether or not the new \
                address has an account.
                """,
            tags: SignInRoutes.tags,
            body: .json(Ask.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            status: 202,
            answers: [
                .problem(403, "The password is wrong."), .problem(422, "This is no address, or the code is wrong."),
                .problem(429, "Too many attempts."), .problem(503, "This server cannot send mail."),
            ]
        ) { request in
            let (_, id) = try request.person()
            guard accounts.options.canSendMail else {
                throw Problem.unavailable(
                    "This server cannot send mail, so no address can be proved. An administrator of it can change yours."
                )
            }
            let asked = try request.json(Ask.self)
            let email = try MakePerson.address(asked.email)
            try await accounts.prove(asked.password, of: id, from: request)
            guard let user = try await accounts.users.user(id) else { throw Problem.notFound() }
            guard email.folded != user.email.folded else {
                throw Problem.unprocessable(["body", "email"], "is the one that you have already")
            }
            try await proveFactor(asked.code, user)
            try await accounts.askForEmail(email, of: user, from: request.origin)
            return DoneAnswer("A letter is on its way to the new address. Open the link in it within a day.")
        }
    }

    private func proveFactor(_ code: String?, _ user: User) async throws {
        guard user.hasSecondFactor else { return }
        guard let code = code?.trimmingWhitespace(), !code.isEmpty else {
            throw Problem.unprocessable(
                ["body", "code"],
                "is needed: the one that your app shows now",
                type: "missing"
            )
        }
        let isRight = try await accounts.database.write {
            try await accounts.factors.proof(code, of: user.id, in: $0) != nil
        }
        guard isRight else { throw SecondFactorRoutes.wrongCode }
    }

    private var confirm: Route {
        Route(
            .post,
            "/api/v1/auth/email/confirm",
            summary: "Prove the new address with the link of the letter; it is yours from then on",
            tags: SignInRoutes.tags,
            body: .json(RegistrationRoutes.Token.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [.empty(204, "Sign in with it from now on."), .problem(410, "The link is not good.")]
        ) { request in
            try await accounts.proveEmail(request.json(RegistrationRoutes.Token.self).token, from: request.origin)
            return .noContent
        }
    }
}
